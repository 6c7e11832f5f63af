package io.xg2g.ffmpeg;

/** What came of inspecting an input. */
public sealed interface Inspection {

    /** It is video that can be transcoded, as far as its headers tell. */
    record Accepted(MediaInfo media) implements Inspection {}

    /** It is not, or it could not be found out. */
    record Rejected(Failure failure) implements Inspection {}
}
