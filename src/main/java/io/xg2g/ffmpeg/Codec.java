package io.xg2g.ffmpeg;

/** Video codecs of renditions. */
public enum Codec {
    H264,
    HEVC,
    AV1
}
