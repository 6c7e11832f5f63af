package io.xg2g.gpu;

/**
 * Sampler of the GPUs of one kind. One thread makes all calls, from the first sample to {@link #close}, since driver libraries
 * are bound to a thread. {@link #sample} may block in the driver without a time limit.
 */
interface GpuSampler extends AutoCloseable {

    /** Returns its name in metrics, logs and health: {@code nvidia} or {@code drm}. */
    String name();

    /**
     * Samples every GPU that is present, which may be none.
     *
     * @throws IllegalStateException if no GPU can be sampled; the message is the reason
     */
    SamplerResult sample();

    /** Releases its resources. */
    @Override
    default void close() {}
}
