package io.xg2g.gpu;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Sample of one GPU.
 *
 * @param gpu the {@linkplain Device#id() id} of the device: a UUID or a DRM node ({@code renderD128})
 * @param vendor its manufacturer
 * @param name product name, for instance {@code NVIDIA L4}
 * @param host name of its machine
 * @param pciId its PCI address ({@code 0000:01:00.0}), or the empty string if unknown
 * @param driver name and version of its driver, or the empty string if unknown
 * @param time when it was taken
 * @param values values by the name of their {@link GpuMetric}; a value that the device does not report is absent, not zero
 * @param sessions encoder sessions of all processes; empty if the device reports none
 */
public record GpuSample(
        String gpu,
        Vendor vendor,
        String name,
        String host,
        String pciId,
        String driver,
        Instant time,
        Map<String, Double> values,
        List<EncoderSession> sessions) {

    /** Returns a copy with another id. */
    GpuSample withId(String id) {
        return new GpuSample(id, vendor, name, host, pciId, driver, time, values, sessions);
    }

    /** Returns the value of a metric, or null if the device does not report it. */
    @Nullable
    Double value(GpuMetric metric) {
        return values.get(metric.metric());
    }
}
