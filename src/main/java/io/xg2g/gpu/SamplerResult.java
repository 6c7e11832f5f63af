package io.xg2g.gpu;

import java.util.List;

/**
 * What one look of a sampler gave.
 *
 * @param samples one for each GPU that was seen
 * @param errors what the driver has reported since the look before
 */
record SamplerResult(List<GpuSample> samples, List<DriverError> errors) {
    static final SamplerResult NOTHING = new SamplerResult(List.of(), List.of());

    /**
     * A critical error that NVIDIA's driver reports of a GPU.
     *
     * @param xid its number in NVIDIA's list of XID errors, for instance 79: fallen off the bus
     */
    record DriverError(String gpu, long xid) {}
}
