/** Periodic work by the monotonic clock, and backoff. */
@NullMarked
package io.xg2g.schedule;

import org.jspecify.annotations.NullMarked;
