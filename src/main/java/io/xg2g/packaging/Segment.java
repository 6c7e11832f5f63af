package io.xg2g.packaging;

/**
 * Segment of one track in one window.
 *
 * @param time start, in ticks of the track's timescale since 1970-01-01T00:00:00Z
 * @param duration in ticks of the track's timescale
 * @param bytes size; 0 for a gap
 * @param gap whether there is no file
 */
public record Segment(long time, long duration, int bytes, boolean gap) {

    public Segment {
        if (time < 0 || duration <= 0) {
            throw new IllegalArgumentException(
                    "segment with time " + time + " and duration " + duration + "; time must be >= 0, duration > 0");
        }
    }

    public long end() {
        return time + duration;
    }
}
