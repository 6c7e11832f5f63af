package io.xg2g.gpu;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;

/** Builder of the metric values of one sample; values that the device does not report are absent. */
final class MetricValues {
    private final Map<String, Double> values = new LinkedHashMap<>();

    /** Adds the value if present, in the metric's unit. */
    MetricValues add(GpuMetric metric, OptionalDouble value) {
        return add(metric, value, 1);
    }

    /**
     * Adds the value if present.
     *
     * @param unit the value's unit in the metric's unit, by which it is multiplied
     */
    MetricValues add(GpuMetric metric, OptionalDouble value, double unit) {
        value.ifPresent(number -> values.put(metric.metric(), number * unit));
        return this;
    }

    Map<String, Double> values() {
        return Collections.unmodifiableMap(values);
    }
}
