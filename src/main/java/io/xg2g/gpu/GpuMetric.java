package io.xg2g.gpu;

import java.util.Locale;

/** Metrics of a GPU. */
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

    /** Returns the name under which it is stored and queried, for instance {@code encoder_utilization_percent}. */
    public String metric() {
        return name().toLowerCase(Locale.ROOT);
    }
}
