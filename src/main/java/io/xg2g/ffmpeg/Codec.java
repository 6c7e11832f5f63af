package io.xg2g.ffmpeg;

/** Video codecs that renditions can be encoded with. */
public enum Codec {
    H264,
    HEVC,
    AV1
}
