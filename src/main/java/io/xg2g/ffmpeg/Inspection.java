package io.xg2g.ffmpeg;

/** Result of an inspection. */
public sealed interface Inspection {

    /** The headers describe video that can be transcoded. */
    record Accepted(MediaInfo media) implements Inspection {}

    /** The input is not supported, or the inspection failed. */
    record Rejected(Failure failure) implements Inspection {}
}
