package io.xg2g.ffmpeg;

/** Container formats of renditions. */
public enum Container {
    MPEG_TS("video/mp2t", "ts", "mpegts"),
    MP4("video/mp4", "mp4", "mp4"),
    /**
     * One CMAF fragment of video without audio (ISO/IEC 23000-19): an init segment ({@code ftyp}, {@code moov}) and a media
     * segment ({@code moof}, {@code mdat}) in one file. Exclusively for units with a {@link FrameGrid}.
     */
    CMAF("video/mp4", "mp4", "mp4");

    private final String contentType;
    private final String extension;
    private final String muxer;

    Container(String contentType, String extension, String muxer) {
        this.contentType = contentType;
        this.extension = extension;
        this.muxer = muxer;
    }

    /** Returns the media type (RFC 4337, RFC 3555). */
    public String contentType() {
        return contentType;
    }

    /** Returns the file name extension without a dot. */
    public String extension() {
        return extension;
    }

    /** Returns whether the container can carry the codec: AV1 in MPEG-TS is not standardized. */
    public boolean carries(Codec codec) {
        return this != MPEG_TS || codec != Codec.AV1;
    }

    /** Returns ffmpeg's name of the muxer ({@code -f}). */
    String muxer() {
        return muxer;
    }
}
