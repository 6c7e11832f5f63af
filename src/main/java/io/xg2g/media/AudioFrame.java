package io.xg2g.media;

/** Frame of an audio track, which can be decoded alone. */
public sealed interface AudioFrame permits AacFrame, Ac3Frame {

    /** Returns the presentation time, in 90 kHz ticks, unwrapped as those of {@link VideoFrame}. */
    long pts();

    /** Returns the header and the data. Must not be modified. */
    byte[] data();

    /** Returns the frame at another presentation time. */
    AudioFrame at(long time);
}
