/** Failures as clients see them: problem details (RFC 9457), and the mapper that writes them. */
@NullMarked
package io.xg2g.problem;

import org.jspecify.annotations.NullMarked;
