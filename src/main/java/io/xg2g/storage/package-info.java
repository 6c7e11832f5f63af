/** The data directory, files that are replaced as a whole, and what the file descriptors suffice for. */
@NullMarked
package io.xg2g.storage;

import org.jspecify.annotations.NullMarked;
