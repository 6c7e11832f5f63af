package io.xg2g.gpu;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Samples in which only the GPU and the values matter. */
final class Samples {
    private Samples() {}

    static GpuSample of(String gpu, Map<String, Double> values) {
        return new GpuSample(gpu, Vendor.NVIDIA, "NVIDIA L4", "host1", "", "", Instant.EPOCH, values, List.of());
    }
}
