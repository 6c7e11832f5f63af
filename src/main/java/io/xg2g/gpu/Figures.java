package io.xg2g.gpu;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;

/** Gathers the figures of one sample; what a device does not give is left out. */
final class Figures {
    private final Map<String, Double> values = new LinkedHashMap<>();

    /** Takes the figure if there is one, in the metric's unit. */
    Figures add(GpuMetric metric, OptionalDouble value) {
        return add(metric, value, 1);
    }

    /**
     * Takes the figure if there is one.
     *
     * @param unit how much of the metric's unit one of the figure's is
     */
    Figures add(GpuMetric metric, OptionalDouble value, double unit) {
        value.ifPresent(figure -> values.put(metric.metric(), figure * unit));
        return this;
    }

    Map<String, Double> values() {
        return Collections.unmodifiableMap(values);
    }
}
