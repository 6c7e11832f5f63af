/** Publish and subscribe inside the process: topics, groups that share the work, backpressure, retries, dead letters. */
@NullMarked
package io.xg2g.bus;

import org.jspecify.annotations.NullMarked;
