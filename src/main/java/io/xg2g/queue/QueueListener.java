package io.xg2g.queue;

/**
 * What a queue reports. Called by threads of the queue's users and by its own; must not block, use the queue, or throw. Other
 * threads that write to disk wait while {@link #synced} runs; the others are called without locks.
 */
public interface QueueListener {
    /** Reports nothing. */
    QueueListener NONE = new QueueListener() {};

    /** A sync of the log to disk ended after these nanoseconds. */
    default void synced(long nanos) {}

    /** A record turned out to be damaged when it was read; its item is lost. */
    default void damaged(Damage damage) {}

    /**
     * The serializer failed for an item, which an earlier version of the program may have written. A work queue delivers the next
     * one, and tries this one again when its lease ends; a circular queue leaves it out.
     *
     * @param sequence of the item
     */
    default void unreadable(long sequence, RuntimeException failure) {}

    /**
     * Memory is filled to the overflow ratio; payloads move to disk. Called once each time the ratio is passed.
     *
     * @param items number of payloads in memory
     * @param bytes of these payloads
     */
    default void memoryPressure(int items, long bytes) {}

    /**
     * Another program has deleted or replaced files of the queue, and they cannot be created again for a reason. The queue refuses
     * items, and tries again each second.
     */
    default void displaced(Exception reason) {}

    /**
     * Files that another program had deleted or replaced were created again.
     *
     * @param lost number of items that could not be read any more
     */
    default void restored(int lost) {}

    /** The background work of the queue failed; it is repeated. */
    default void failed(Exception failure) {}
}
