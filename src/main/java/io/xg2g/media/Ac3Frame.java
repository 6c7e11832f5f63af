package io.xg2g.media;

/**
 * One syncframe of AC-3 or E-AC-3.
 *
 * @param pts presentation time, in 90 kHz ticks, unwrapped as those of {@link VideoFrame}
 * @param data the syncframe. Must not be modified.
 */
@SuppressWarnings("ArrayRecordComponent") // Immutable by convention; copies would double the traffic.
public record Ac3Frame(long pts, byte[] data) implements AudioFrame {
    @Override
    public Ac3Frame at(long time) {
        return new Ac3Frame(time, data);
    }
}
