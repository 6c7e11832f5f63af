package io.xg2g.queue;

import java.time.Duration;

/**
 * State of a queue at one moment.
 *
 * @param items items that were not acknowledged: waiting, delayed and delivered
 * @param leased items delivered and not acknowledged yet
 * @param delayed items put back with a delay that has not ended
 * @param memoryItems items whose payload is in memory
 * @param memoryBytes bytes of these payloads
 * @param diskItems items whose payload is only on disk
 * @param diskBytes bytes of these payloads
 * @param logBytes bytes of the files, with records that are not needed any more
 * @param oldestAge time since the oldest item was added, by the wall clock; zero without items
 * @param added items added since the queue was opened
 * @param delivered deliveries since then, repeated ones included
 * @param acknowledged items acknowledged since then
 * @param expired items whose time to live ended since then
 * @param refused items that did not fit or could not be written, since then
 * @param overwritten items of a circular queue that newer ones replaced, since then
 * @param corrupt damaged records found since then, and when it was opened
 */
public record QueueStats(
        long items,
        long leased,
        long delayed,
        long memoryItems,
        long memoryBytes,
        long diskItems,
        long diskBytes,
        long logBytes,
        Duration oldestAge,
        long added,
        long delivered,
        long acknowledged,
        long expired,
        long refused,
        long overwritten,
        long corrupt) {}
