package io.xg2g.gpu;

/**
 * Looks at the GPUs of one kind. It is used by one thread, always the same, from its first look to its end: a look may
 * block for ever in a driver, and is then waited for before there is another.
 */
interface GpuSampler extends AutoCloseable {

    /** Its name in metrics, logs and health: {@code nvidia} or {@code drm}. */
    String name();

    /**
     * Looks at every GPU that is there now, and may be none.
     *
     * @throws IllegalStateException saying why nothing can be seen
     */
    SamplerResult look();

    /** Gives back what it holds. */
    @Override
    default void close() {}
}
