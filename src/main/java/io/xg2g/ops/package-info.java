/** Entry point, health checks, start-up checks and orderly shutdown. */
@NullMarked
package io.xg2g.ops;

import org.jspecify.annotations.NullMarked;
