package io.xg2g.telemetry;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.xg2g.bus.Bus;
import io.xg2g.bus.Message;
import io.xg2g.gpu.EncoderSession;
import io.xg2g.gpu.GpuPublisher;
import io.xg2g.gpu.GpuSample;
import io.xg2g.gpu.Vendor;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.time.Instant;

/**
 * Collector of points from the bus into the repository. Several collectors may share one consumer group. Idempotent: a
 * redelivered message changes nothing.
 *
 * <p>Replayed points have a topic of their own, so that scheduling by the state of this machine's devices never sees them.
 */
@ApplicationScoped
@RegisterForReflection(targets = {GpuSample.class, EncoderSession.class, Vendor.class})
class TelemetryCollector {
    /** Topic of replayed {@link TelemetryPoint}s, as JSON. */
    static final String REPLAYED = "telemetry.replay";

    static final String GROUP = "telemetry-repository";

    private final Bus bus;
    private final ObjectMapper mapper;
    private final TelemetryRepository repository;
    private final TelemetryMetrics metrics;

    TelemetryCollector(Bus bus, ObjectMapper mapper, TelemetryRepository repository, TelemetryMetrics metrics) {
        this.bus = bus;
        this.mapper = mapper;
        this.repository = repository;
        this.metrics = metrics;
    }

    void start(@Observes StartupEvent event) {
        subscribe();
    }

    void subscribe() {
        bus.subscribe(GpuPublisher.TOPIC, GROUP, this::sampled);
        bus.subscribe(REPLAYED, GROUP, this::replayed);
    }

    private void sampled(Message message) throws IOException {
        GpuSample sample = message.as(GpuSample.class, mapper);
        Instant time = sample.time();
        sample.values()
                .forEach((metric, value) -> store(new TelemetryPoint(
                        sample.gpu(), sample.name(), sample.host(), metric, time, value, Origin.LIVE)));
    }

    private void replayed(Message message) throws IOException {
        store(message.as(TelemetryPoint.class, mapper));
    }

    private void store(TelemetryPoint point) {
        if (repository.store(point)) {
            metrics.stored(point.origin());
        }
    }
}
