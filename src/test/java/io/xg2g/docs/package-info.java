/** Tests that the documents say what the program does, and the writer of the generated ones. */
@NullMarked
package io.xg2g.docs;

import org.jspecify.annotations.NullMarked;
