package io.xg2g.telemetry;

/**
 * Options of a replay.
 *
 * @param loop whether it starts again at the end, until it is stopped
 * @param retime whether points get the time of their publication instead of the recorded one
 */
record ReplayOptions(Pace pace, boolean loop, boolean retime) {}
