package io.xg2g.queue;

/** Figures of a queue, guarded by its lock. */
final class Counters {
    /** Items that have not ended, those being added included. */
    int items;

    /** Bytes of the records of these items on disk. */
    long liveBytes;

    /** Bytes of the payloads of these items, in memory or on disk. */
    long payloadBytes;

    long added;
    long delivered;
    long acknowledged;
    long expired;
    long refused;
    long overwritten;
    long corrupt;
}
