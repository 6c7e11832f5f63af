/** Queues that keep their items in memory, on disk, or both: work queues with leases, and circular logs of recent items. */
@NullMarked
package io.xg2g.queue;

import org.jspecify.annotations.NullMarked;
