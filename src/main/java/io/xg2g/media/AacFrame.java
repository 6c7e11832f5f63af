package io.xg2g.media;

/**
 * One frame of AAC with its ADTS header.
 *
 * @param pts when it is heard, in 90 kHz ticks, unwrapped as those of {@link VideoFrame}
 * @param adts header and data. Not to be changed.
 */
@SuppressWarnings("ArrayRecordComponent") // Immutable by convention; copies would double the traffic.
public record AacFrame(long pts, byte[] adts) {}
