package io.xg2g.durability;

import io.xg2g.queue.Damage;

/** What happened to the files of a queue. */
public sealed interface QueueReport {
    /** A file is damaged; an item may be lost. */
    record Damaged(String queue, Damage damage) implements QueueReport {}

    /** Files were deleted by another program and cannot be created again for a reason; items are refused. */
    record Displaced(String queue, String reason) implements QueueReport {}

    /**
     * Files that were deleted by another program were created again.
     *
     * @param lost number of items that could not be read any more
     */
    record Restored(String queue, int lost) implements QueueReport {}
}
