package io.xg2g.dispatch;

/**
 * Where a request stands in the queue.
 *
 * @param level the level it counts at now
 * @param position how many starts it is away, from 1
 */
public record QueuePosition(Priority level, int position) {}
