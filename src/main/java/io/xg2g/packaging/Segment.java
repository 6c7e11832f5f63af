package io.xg2g.packaging;

/**
 * Segment of one track in one window.
 *
 * @param time start, in ticks of the track's timescale since 1970-01-01T00:00:00Z
 * @param duration in ticks of the track's timescale
 * @param bytes size; 0 for a gap
 * @param content what it shows
 */
public record Segment(long time, long duration, int bytes, Content content) {

    /** Content of a segment, the preferred one first. */
    public enum Content {
        /** Media of the source. */
        SOURCE,
        /** Slate: the last picture, darkened, with the time since when there is no signal. */
        SLATE,
        /** The last picture is held; silence. */
        HELD,
        /** There is no file. */
        GAP
    }

    public Segment {
        if (time < 0 || duration <= 0) {
            throw new IllegalArgumentException(
                    "segment with time " + time + " and duration " + duration + "; time must be >= 0, duration > 0");
        }
    }

    /** Creates a segment with media of the source, or a gap. */
    public Segment(long time, long duration, int bytes, boolean gap) {
        this(time, duration, bytes, gap ? Content.GAP : Content.SOURCE);
    }

    /** Returns whether there is no file. */
    public boolean gap() {
        return content == Content.GAP;
    }

    public long end() {
        return time + duration;
    }
}
