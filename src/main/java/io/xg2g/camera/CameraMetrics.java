package io.xg2g.camera;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** Metrics of cameras. Those of one camera are removed with it. */
@Singleton
class CameraMetrics {
    private static final String CAMERA = "camera";
    private static final Duration[] BUCKETS = {
        Duration.ofMillis(5),
        Duration.ofMillis(10),
        Duration.ofMillis(25),
        Duration.ofMillis(50),
        Duration.ofMillis(100),
        Duration.ofMillis(250),
        Duration.ofSeconds(1),
        Duration.ofSeconds(5)
    };

    private final MeterRegistry registry;

    CameraMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    /** Registers the gauges of the worker pool. */
    void observe(Supplier<FrameWorkers.Stats> stats) {
        gauge("xg2g.camera.queue.size", "Frames that wait for their delivery", stats, FrameWorkers.Stats::queue);
        gauge(
                "xg2g.camera.queue.capacity",
                "Frames that may wait for their delivery",
                stats,
                FrameWorkers.Stats::capacity);
        gauge("xg2g.camera.deliveries", "Frames in delivery", stats, FrameWorkers.Stats::processing);
    }

    private void gauge(
            String name,
            String description,
            Supplier<FrameWorkers.Stats> stats,
            ToDoubleFunction<FrameWorkers.Stats> value) {
        Gauge.builder(name, () -> value.applyAsDouble(stats.get()))
                .description(description)
                .strongReference(true)
                .register(registry);
    }

    /**
     * Registers the metrics of a camera.
     *
     * @param status its current status
     * @param fps received frames per second
     * @param drift seconds by which the camera's clock is ahead; {@code null} if unknown
     */
    OfCamera camera(
            String id, Supplier<CameraStatus.State> status, Supplier<Number> fps, Supplier<@Nullable Number> drift) {
        List<Meter> meters = new ArrayList<>();
        for (CameraStatus.State state : CameraStatus.State.values()) {
            meters.add(Gauge.builder("xg2g.camera.state", () -> status.get() == state ? 1 : 0)
                    .description("1 for the current state of the camera")
                    .tag(CAMERA, id)
                    .tag("state", state.label())
                    .strongReference(true)
                    .register(registry));
        }
        meters.add(Gauge.builder("xg2g.camera.fps", fps)
                .description("Frames that are received per second")
                .tag(CAMERA, id)
                .strongReference(true)
                .register(registry));
        meters.add(Gauge.builder("xg2g.camera.drift.seconds", () -> {
                    Number known = drift.get();
                    return known == null ? Double.NaN : known.doubleValue();
                })
                .description("Time by which the camera's clock has moved ahead since the connection")
                .tag(CAMERA, id)
                .strongReference(true)
                .register(registry));
        Timer latency = Timer.builder("xg2g.camera.publish.latency")
                .description("From the arrival of a frame until every output has accepted it")
                .serviceLevelObjectives(BUCKETS)
                .register(registry);
        OfCamera metrics = new OfCamera(
                registry, frames(id, "published"), frames(id, "dropped"), frames(id, "invalid"), latency, meters);
        meters.addAll(List.of(metrics.published, metrics.dropped, metrics.invalid));
        return metrics;
    }

    private Counter frames(String id, String outcome) {
        return Counter.builder("xg2g.camera.frames")
                .description("Frames by what became of them")
                .tag(CAMERA, id)
                .tag("outcome", outcome)
                .register(registry);
    }

    /** Metrics of one camera. */
    static final class OfCamera implements FrameWorkers.Observer {
        private final MeterRegistry registry;
        private final Counter published;
        private final Counter dropped;
        private final Counter invalid;
        private final Timer latency;
        private final List<Meter> meters;

        private OfCamera(
                MeterRegistry registry,
                Counter published,
                Counter dropped,
                Counter invalid,
                Timer latency,
                List<Meter> meters) {
            this.registry = registry;
            this.published = published;
            this.dropped = dropped;
            this.invalid = invalid;
            this.latency = latency;
            this.meters = meters;
        }

        @Override
        public void published(Duration delay) {
            published.increment();
            latency.record(delay);
        }

        @Override
        public void dropped(int frames) {
            dropped.increment(frames);
        }

        /** Counts a frame without an output: it is published once it is the latest one. */
        void latest() {
            published.increment();
        }

        void damaged() {
            invalid.increment();
        }

        long publishedFrames() {
            return (long) published.count();
        }

        long droppedFrames() {
            return (long) dropped.count();
        }

        long invalidFrames() {
            return (long) invalid.count();
        }

        /** Removes the metrics, with the camera. */
        void close() {
            meters.forEach(registry::remove);
        }
    }
}
