package io.xg2g.media;

/**
 * One frame of AAC with its ADTS header.
 *
 * @param pts presentation time, in 90 kHz ticks, unwrapped as those of {@link VideoFrame}
 * @param adts header and data. Must not be modified.
 */
@SuppressWarnings("ArrayRecordComponent") // Immutable by convention; copies would double the traffic.
public record AacFrame(long pts, byte[] adts) implements AudioFrame {
    @Override
    public byte[] data() {
        return adts;
    }

    @Override
    public AacFrame at(long time) {
        return new AacFrame(time, adts);
    }
}
