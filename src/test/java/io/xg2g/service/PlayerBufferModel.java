package io.xg2g.service;

/** Model of a player's buffer of a track: playback starts at 6 s and stalls at 0 s. Thread-safe. */
final class PlayerBufferModel {
    private static final double FILLED = 6;

    private double content;
    private long playingSince;
    private int stalls;
    private double stalled;

    /** Adds seconds to the buffer. */
    synchronized void arrived(double seconds) {
        double missing = starving();
        if (missing > 0) {
            stalls++;
            stalled += missing;
        }
        content += seconds;
        if (playingSince == 0 && content >= FILLED) {
            playingSince = System.nanoTime();
        }
    }

    /** Number of stalls so far. */
    synchronized int stalls() {
        return stalls + (starving() > 0 ? 1 : 0);
    }

    /** Total duration of stalls in seconds. */
    synchronized double stalledSeconds() {
        return stalled + Math.max(0, starving());
    }

    /** Seconds without data; not positive if the buffer is not empty. */
    private double starving() {
        return playingSince == 0 ? 0 : (System.nanoTime() - playingSince) / 1e9 - stalled - content;
    }
}
