package io.xg2g.gpu;

import java.util.Locale;

/** The figures that a GPU can give. */
public enum GpuMetric {
    GPU_UTILIZATION_PERCENT,
    MEMORY_UTILIZATION_PERCENT,
    ENCODER_UTILIZATION_PERCENT,
    DECODER_UTILIZATION_PERCENT,
    VRAM_USED_BYTES,
    VRAM_TOTAL_BYTES,
    TEMPERATURE_CELSIUS,
    POWER_WATTS,
    GPU_CLOCK_HERTZ,
    MEMORY_CLOCK_HERTZ,
    ENCODER_SESSIONS;

    /** The name under which it is stored and asked for, for instance {@code encoder_utilization_percent}. */
    public String metric() {
        return name().toLowerCase(Locale.ROOT);
    }
}
