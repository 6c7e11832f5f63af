package io.xg2g.packaging;

/**
 * One track's part of a window.
 *
 * @param time when it begins, in ticks of its track's timescale since 1970-01-01T00:00:00Z
 * @param duration in ticks of its track's timescale
 * @param bytes its size; 0 for a gap
 * @param gap whether there is nothing to fetch
 */
public record Segment(long time, long duration, int bytes, boolean gap) {

    public Segment {
        if (time < 0 || duration <= 0) {
            throw new IllegalArgumentException(
                    "a segment begins after 1970 and lasts, unlike one at " + time + " for " + duration);
        }
    }

    public long end() {
        return time + duration;
    }
}
