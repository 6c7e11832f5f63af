package io.xg2g.camera;

/** Frames per second over the latest {@value #SECONDS} seconds, from a counter that is read about once a second. Thread-safe. */
final class FrameRate {
    private static final int SECONDS = 5;

    private final long[] counts = new long[SECONDS + 1];
    private final long[] times = new long[SECONDS + 1];
    private int readings;

    /**
     * Adds a reading of the counter.
     *
     * @param now {@link System#nanoTime()}
     */
    synchronized void read(long count, long now) {
        counts[readings % counts.length] = count;
        times[readings % times.length] = now;
        readings++;
    }

    /** Returns the rate; 0 before the second reading. */
    synchronized double perSecond() {
        if (readings < 2) {
            return 0;
        }
        int newest = (readings - 1) % counts.length;
        int oldest = readings <= counts.length ? 0 : readings % counts.length;
        return 1e9 * (counts[newest] - counts[oldest]) / Math.max(1, times[newest] - times[oldest]);
    }
}
