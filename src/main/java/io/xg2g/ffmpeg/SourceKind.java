package io.xg2g.ffmpeg;

/** How a live source is fetched by a child process. What MPEG-TS over HTTP is, is read without one. */
public enum SourceKind {
    /** A camera, over TCP: {@code rtsp://}. */
    RTSP,
    /** A playlist, and its segments and keys, all of them from the one {@code http://} server that has the playlist. */
    HLS,
    /** Any other file or stream, from one {@code http://} server. */
    HTTP,
    /** MPEG-TS over SRT: {@code srt://}. */
    SRT,
    /** MPEG-TS by datagrams, to one host or to a group: {@code udp://}. */
    UDP,
    /** A local file, from its beginning again when it ends: {@code file:}. */
    FILE
}
