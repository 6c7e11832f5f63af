/** Outputs of cameras: frames to Redis and to a message broker, their metadata, and events about cameras. */
@NullMarked
package io.xg2g.output;

import org.jspecify.annotations.NullMarked;
