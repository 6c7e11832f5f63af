/** The data directory: what outlives the process, and files that are replaced as a whole. */
@NullMarked
package io.xg2g.storage;

import org.jspecify.annotations.NullMarked;
