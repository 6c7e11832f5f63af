package io.xg2g.process;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Startup;
import jakarta.enterprise.context.ApplicationScoped;

/** Gauge of the free space in the work directory. */
@ApplicationScoped
@Startup
class DiskMetrics {

    DiskMetrics(MeterRegistry registry, WorkDirectory work) {
        Gauge.builder("xg2g.disk.free.bytes", work, WorkDirectory::free)
                .description("Free space for the work directory; 0 if it was deleted and cannot be created again")
                .strongReference(true)
                .register(registry);
    }
}
