package io.xg2g.gpu;

/**
 * Load of a GPU, by which work is placed.
 *
 * @param encoderPercent utilization of its encoder, 0 to 100
 * @param freeVramBytes free device memory; 0 if unknown
 * @param congested whether the encoder is overloaded, with hysteresis: true above {@value #CONGESTED_ABOVE} %, false below
 *     {@value #CONGESTED_BELOW} %, unchanged between
 */
public record GpuLoad(int encoderPercent, long freeVramBytes, boolean congested) {
    /** Load of a device that reports none: ordered after devices that report theirs, and never congested. */
    public static final GpuLoad UNKNOWN = new GpuLoad(100, 0, false);

    private static final int CONGESTED_ABOVE = 85;
    private static final int CONGESTED_BELOW = 75;

    /** Returns the load after the next sample. */
    GpuLoad next(int encoder, long freeVram) {
        return new GpuLoad(encoder, freeVram, encoder > CONGESTED_ABOVE || (congested && encoder >= CONGESTED_BELOW));
    }
}
