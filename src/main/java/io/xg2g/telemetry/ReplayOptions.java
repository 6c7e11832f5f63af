package io.xg2g.telemetry;

/**
 * How a recording is replayed.
 *
 * @param loop whether it begins again at its end, until it is stopped
 * @param retime whether its points get the time of their publication instead of the recorded one
 */
record ReplayOptions(Pace pace, boolean loop, boolean retime) {}
