package io.xg2g.telemetry;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;

/**
 * Value of a metric of a GPU at a time.
 *
 * @param gpu UUID or DRM node of the GPU
 * @param name display name of the GPU, or the empty string
 * @param host machine it is in, or the empty string
 * @param metric name of the metric: that of {@link io.xg2g.gpu.GpuMetric#metric} if live, that of the recording if replayed
 * @param time a time that {@link PointTime#fits}
 * @param value a finite number
 * @param origin origin
 */
@RegisterForReflection(targets = {TelemetryPoint.class, Origin.class}) // Serialised on the bus as JSON.
record TelemetryPoint(String gpu, String name, String host, String metric, Instant time, double value, Origin origin) {

    /** Returns the key of its series. */
    SeriesKey series() {
        return new SeriesKey(gpu, metric, origin, host);
    }
}
