package io.xg2g.ffmpeg;

/** File formats that a rendition can be delivered in. */
public enum Container {
    MPEG_TS("video/mp2t", "ts", "mpegts"),
    MP4("video/mp4", "mp4", "mp4"),
    /**
     * One fragment of video without audio (ISO/IEC 23000-19): an init segment ({@code ftyp}, {@code moov}) and a media
     * segment ({@code moof}, {@code mdat}) in one file. For units with a {@link FrameGrid}, and only for them.
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

    /** The media type, as in RFC 4337 and RFC 3555. */
    public String contentType() {
        return contentType;
    }

    /** The file name's ending, without a dot. */
    public String extension() {
        return extension;
    }

    /** Whether video of that codec can be delivered in it: AV1 has no settled place in MPEG-TS. */
    public boolean carries(Codec codec) {
        return this != MPEG_TS || codec != Codec.AV1;
    }

    /** ffmpeg's name of the muxer ({@code -f}). */
    String muxer() {
        return muxer;
    }
}
