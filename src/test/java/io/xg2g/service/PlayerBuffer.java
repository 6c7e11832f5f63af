package io.xg2g.service;

/** What a player has of a track: it begins to play with 6 s, and stands still when nothing is left. Thread-safe. */
final class PlayerBuffer {
    private static final double FILLED = 6;

    private double content;
    private long playingSince;
    private int stalls;
    private double stalled;

    /** So many seconds more have arrived. */
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

    /** How often the player stood still, so far. */
    synchronized int stalls() {
        return stalls + (starving() > 0 ? 1 : 0);
    }

    /** For how many seconds in all. */
    synchronized double stalledSeconds() {
        return stalled + Math.max(0, starving());
    }

    /** For how many seconds there has been nothing to show, which is none if it is not positive. */
    private double starving() {
        return playingSince == 0 ? 0 : (System.nanoTime() - playingSince) / 1e9 - stalled - content;
    }
}
