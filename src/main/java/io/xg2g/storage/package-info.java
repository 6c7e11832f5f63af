/** The data directory, files that are replaced atomically, digests, and the budget of file descriptors. */
@NullMarked
package io.xg2g.storage;

import org.jspecify.annotations.NullMarked;
