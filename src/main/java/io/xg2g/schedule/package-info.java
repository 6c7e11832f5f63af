/** Periodic work by the monotonic clock. */
@NullMarked
package io.xg2g.schedule;

import org.jspecify.annotations.NullMarked;
