package io.xg2g.telemetry;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;

/**
 * One figure of one GPU at one time.
 *
 * @param gpu the GPU's UUID, or its DRM node
 * @param name what a person calls the GPU, or the empty string
 * @param host the machine it is in, or the empty string
 * @param metric what is measured; a live one is named by {@link io.xg2g.gpu.GpuMetric#metric}, a replayed one as in its
 *     recording
 * @param time one that {@link PointTime#fits}
 * @param value a number, neither infinite nor NaN
 * @param origin where it comes from
 */
@RegisterForReflection(targets = {TelemetryPoint.class, Origin.class}) // It travels over the bus as JSON.
record TelemetryPoint(String gpu, String name, String host, String metric, Instant time, double value, Origin origin) {

    /** The series that it belongs to. */
    SeriesKey series() {
        return new SeriesKey(gpu, metric, origin, host);
    }
}
