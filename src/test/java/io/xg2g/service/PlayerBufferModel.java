package io.xg2g.service;

/**
 * Model of a player's buffer of a track: playback starts at 6 s and stalls at 0 s. It also measures how long a player waits for its
 * next segment. Thread-safe.
 */
final class PlayerBufferModel {
    private static final double FILLED = 6;

    private double content;
    private long playingSince;
    private int stalls;
    private double stalled;
    private long arrivedAt = System.nanoTime();
    private double longestWait;

    /** Adds seconds to the buffer. */
    synchronized void arrived(double seconds) {
        double missing = starving();
        if (missing > 0) {
            stalls++;
            stalled += missing;
        }
        content += seconds;
        longestWait = longestWait();
        arrivedAt = System.nanoTime();
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

    /** Longest time in seconds without a new segment, since it was last forgotten, the present one included. */
    synchronized double longestWait() {
        return Math.max(longestWait, (System.nanoTime() - arrivedAt) / 1e9);
    }

    /** Forgets all but the present wait. */
    synchronized void forgetWaits() {
        longestWait = 0;
    }

    /** Seconds without data; not positive if the buffer is not empty. */
    private double starving() {
        return playingSince == 0 ? 0 : (System.nanoTime() - playingSince) / 1e9 - stalled - content;
    }
}
