package io.xg2g.ffmpeg;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Startup;
import jakarta.enterprise.context.ApplicationScoped;

/** The measurement of the work directory's disk. */
@ApplicationScoped
@Startup
class DiskMetrics {

    DiskMetrics(MeterRegistry registry, WorkDirectory work) {
        Gauge.builder("xg2g.disk.free.bytes", work, DiskMetrics::free)
                .description("What can still be written in the work directory")
                .strongReference(true)
                .register(registry);
    }

    /** Not a number where the directory is gone, which is no reason to show no other measurement. */
    private static double free(WorkDirectory work) {
        return work.free().stream().asDoubleStream().findFirst().orElse(Double.NaN);
    }
}
