package io.xg2g.dispatch;

/**
 * Position of a waiting request.
 *
 * @param level current level
 * @param position number of starts until its own, from 1
 */
public record QueuePosition(Priority level, int position) {}
