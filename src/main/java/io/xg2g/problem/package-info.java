/** Failures as clients see them: RFC 9457 problem details and the one mapper that writes them. */
@NullMarked
package io.xg2g.problem;

import org.jspecify.annotations.NullMarked;
