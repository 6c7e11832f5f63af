package io.xg2g.gpu;

/**
 * Load of a GPU, by which work is placed.
 *
 * @param encoderPercent utilization of its encoder, 0 to 100
 * @param freeVramBytes free device memory; 0 if unknown
 * @param crowded whether the encoder is overloaded, with hysteresis: true above {@value #CROWDED_ABOVE} %, false below
 *     {@value #CROWDED_BELOW} %, unchanged between
 */
public record GpuLoad(int encoderPercent, long freeVramBytes, boolean crowded) {
    /** Load of a device that reports none: ordered after devices that report theirs, and never crowded. */
    public static final GpuLoad UNKNOWN = new GpuLoad(100, 0, false);

    private static final int CROWDED_ABOVE = 85;
    private static final int CROWDED_BELOW = 75;

    /** Returns the load after the next sample. */
    GpuLoad next(int encoder, long freeVram) {
        return new GpuLoad(encoder, freeVram, encoder > CROWDED_ABOVE || (crowded && encoder >= CROWDED_BELOW));
    }
}
