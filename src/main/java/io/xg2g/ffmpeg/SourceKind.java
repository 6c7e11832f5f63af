package io.xg2g.ffmpeg;

/** Protocol of a live source that a child process fetches. MPEG-TS over HTTP is read without a child. */
public enum SourceKind {
    /** RTSP: {@code rtsp://}. */
    RTSP,
    /** HLS: playlist, segments and keys from one {@code http://} server. */
    HLS,
    /** Any other file or stream, from one {@code http://} server. */
    HTTP,
    /** The same with an end: the server announces the length. */
    HTTP_FILE,
    /** JPEG images, as a multipart body or one after the other, from one {@code http://} server. */
    MJPEG,
    /** MPEG-TS over SRT: {@code srt://}. */
    SRT,
    /** MPEG-TS over UDP, unicast or multicast: {@code udp://}. */
    UDP,
    /** MPEG-TS in RTP over UDP, unicast or multicast: {@code rtp://}. */
    RTP,
    /** RTMP, or RTMP over TLS: {@code rtmp://}, {@code rtmps://}. */
    RTMP,
    /** Local file in a loop: {@code file:}. */
    FILE;

    /** Returns whether it is fetched from an {@code http://} server. */
    boolean isHttp() {
        return this == HLS || this == HTTP || this == HTTP_FILE || this == MJPEG;
    }
}
