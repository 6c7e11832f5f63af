package io.xg2g.gpu;

import java.util.List;

/**
 * Result of one call of a sampler.
 *
 * @param samples one for each GPU present
 * @param errors driver errors since the previous call
 */
record SamplerResult(List<GpuSample> samples, List<DriverError> errors) {
    static final SamplerResult EMPTY = new SamplerResult(List.of(), List.of());

    /**
     * Critical error of a GPU, reported by NVIDIA's driver.
     *
     * @param gpu id of the GPU
     * @param xid number in NVIDIA's list of XID errors, for instance 79: fallen off the bus
     */
    record DriverError(String gpu, long xid) {}
}
