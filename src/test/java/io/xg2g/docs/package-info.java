/** Tests that the documents match the program, and the generator of the configuration reference. */
@NullMarked
package io.xg2g.docs;

import org.jspecify.annotations.NullMarked;
