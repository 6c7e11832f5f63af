package io.xg2g.gpu;

/**
 * What counts for placing work on a GPU.
 *
 * @param encoderPercent how busy its encoder is, 0 to 100
 * @param freeVramBytes its free memory; 0 where it is not known
 * @param crowded whether the encoder was busier than {@value #CROWDED} %, and not less than {@value #EASED} % since
 */
public record GpuLoad(int encoderPercent, long freeVramBytes, boolean crowded) {
    /** Of a device that says nothing: it comes after its equals that do, and is never crowded. */
    public static final GpuLoad UNKNOWN = new GpuLoad(100, 0, false);

    /** Encoder utilization in percent above which a device is crowded, with a hysteresis down to {@link #EASED}. */
    private static final int CROWDED = 85;

    private static final int EASED = 75;

    /** What is known after the next sample. */
    GpuLoad next(int encoder, long freeVram) {
        return new GpuLoad(encoder, freeVram, encoder > CROWDED || (crowded && encoder >= EASED));
    }
}
