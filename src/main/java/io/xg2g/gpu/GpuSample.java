package io.xg2g.gpu;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one look at one GPU gave.
 *
 * @param gpu the {@linkplain Device#id() id} of the device: a UUID or a DRM node ({@code renderD128})
 * @param vendor the maker
 * @param name what a person calls it, for instance {@code NVIDIA L4}
 * @param host the name of the machine it is in
 * @param pciId its PCI address ({@code 0000:01:00.0}), or the empty string where it is not known
 * @param driver name and version of its driver, or the empty string where it is not known
 * @param time when it was looked at
 * @param values the figures by the name of their {@link GpuMetric}; a figure that the device does not give is absent,
 *     never zero
 * @param sessions the encoder sessions that the device reports, of whatever process; empty where it reports none
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

    /** The same under another id. */
    GpuSample as(String id) {
        return new GpuSample(id, vendor, name, host, pciId, driver, time, values, sessions);
    }

    /** The figure; nothing where the device does not give it. */
    @Nullable
    Double value(GpuMetric metric) {
        return values.get(metric.metric());
    }
}
