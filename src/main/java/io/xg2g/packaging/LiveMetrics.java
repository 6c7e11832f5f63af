package io.xg2g.packaging;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Metrics of live channels. Gauges are removed when the channel stops, counters some time later. */
@ApplicationScoped
public class LiveMetrics {
    private static final String CHANNEL = "channel";

    private final MeterRegistry registry;

    LiveMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    /** Registers the gauge of running channels. */
    public void observe(Supplier<Number> streams) {
        Gauge.builder("xg2g.live.streams", streams)
                .description("Running channels")
                .strongReference(true)
                .register(registry);
    }

    /** Registers the metrics of a channel that starts. */
    public OfChannel channel(String id, Supplier<Number> behind, Supplier<Number> step, Supplier<Number> viewers) {
        return new OfChannel(
                gauge("xg2g.live.behind.seconds", "Time since the oldest unpublished window was due", id, behind),
                gauge("xg2g.live.ladder.step", "Steps from the complete ladder down to what is encoded", id, step),
                gauge("xg2g.live.viewers", "Players and continuous streams", id, viewers),
                counter(
                        "xg2g.live.dropped.renditions",
                        "Renditions of windows that are not encoded, for lack of capacity",
                        id),
                counter("xg2g.live.gaps", "Windows that were not encoded in time", id),
                counter("xg2g.live.filled.segments", "Segments that hold the last picture, or are silent", id),
                counter("xg2g.live.slate.seconds", "Time of slates while the source was away", id),
                counter("xg2g.live.discarded.frames", "Video frames of the source without a keyframe before them", id),
                counter("xg2g.live.discontinuities", "Discontinuities of the source", id),
                Timer.builder("xg2g.live.window.latency")
                        .description("From the last frame of a window to its publication")
                        .serviceLevelObjectives(List.of(100, 250, 500, 1000, 2000, 4000, 6000, 10_000).stream()
                                .map(Duration::ofMillis)
                                .toArray(Duration[]::new))
                        .register(registry));
    }

    /** Removes all metrics of a channel; if it starts again, its counters begin at 0. */
    public void forget(String channel) {
        registry.getMeters().stream()
                .filter(meter -> channel.equals(meter.getId().getTag(CHANNEL)))
                .forEach(registry::remove);
    }

    private Gauge gauge(String name, String description, String channel, Supplier<Number> value) {
        return Gauge.builder(name, value)
                .description(description)
                .tag(CHANNEL, channel)
                .strongReference(true)
                .register(registry);
    }

    private Counter counter(String name, String description, String channel) {
        return Counter.builder(name)
                .description(description)
                .tag(CHANNEL, channel)
                .register(registry);
    }

    /** Metrics of one channel. */
    public final class OfChannel {
        private final Gauge behind;
        private final Gauge step;
        private final Gauge viewers;
        private final Counter dropped;
        private final Counter gaps;
        private final Counter filled;
        private final Counter slate;
        private final Counter discarded;
        private final Counter discontinuities;
        private final Timer latency;

        private OfChannel(
                Gauge behind,
                Gauge step,
                Gauge viewers,
                Counter dropped,
                Counter gaps,
                Counter filled,
                Counter slate,
                Counter discarded,
                Counter discontinuities,
                Timer latency) {
            this.behind = behind;
            this.step = step;
            this.viewers = viewers;
            this.dropped = dropped;
            this.gaps = gaps;
            this.filled = filled;
            this.slate = slate;
            this.discarded = discarded;
            this.discontinuities = discontinuities;
            this.latency = latency;
        }

        void dropped(int renditions) {
            dropped.increment(renditions);
        }

        void gap() {
            gaps.increment();
        }

        void filled(int segments) {
            filled.increment(segments);
        }

        void slate(double seconds) {
            slate.increment(seconds);
        }

        public double filledSegments() {
            return filled.count();
        }

        public double slateSeconds() {
            return slate.count();
        }

        public void frameDiscarded() {
            discarded.increment();
        }

        public double discardedFrames() {
            return discarded.count();
        }

        public void discontinuity() {
            discontinuities.increment();
        }

        void published(double seconds) {
            latency.record((long) (seconds * 1e9), TimeUnit.NANOSECONDS);
        }

        public double gaps() {
            return gaps.count();
        }

        public double droppedRenditions() {
            return dropped.count();
        }

        /** Removes the gauges, when the channel stops. */
        public void close() {
            registry.remove(behind);
            registry.remove(step);
            registry.remove(viewers);
        }
    }
}
