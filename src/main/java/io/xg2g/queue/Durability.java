package io.xg2g.queue;

/**
 * What a queue with a directory guarantees about an operation that has returned. A queue that is closed in an orderly way
 * loses nothing with any of them.
 */
public enum Durability {
    /**
     * Items are written to disk only when memory is full, and when the queue is closed. A killed process loses the items in
     * memory; a power cut may lose all items. Nothing is synced.
     */
    NONE,

    /**
     * Every operation is written to the log through a buffer in the process, which is written and synced at an interval. A
     * killed process or a power cut loses at most the operations since the latest sync: items added in that time are
     * missing, items acknowledged in that time are delivered again.
     */
    ASYNC,

    /**
     * Adding and acknowledging return after the record is synced. Concurrent callers share one sync (group commit). Neither a
     * killed process nor a power cut loses an item whose {@code add} has returned, nor delivers one again whose
     * acknowledgement has returned. An operation that failed or was interrupted by the cut may or may not have happened.
     */
    SYNC
}
