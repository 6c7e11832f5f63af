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

/** The measurements of live channels. Counters outlive the channel's stop for a while; gauges do not. */
@ApplicationScoped
public class LiveMetrics {
    private static final String CHANNEL = "channel";

    private final MeterRegistry registry;

    LiveMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    /** The number of running channels, asked at each scrape. */
    public void observe(Supplier<Number> streams) {
        Gauge.builder("xg2g.live.streams", streams)
                .description("Channels that run")
                .strongReference(true)
                .register(registry);
    }

    /** The measurements of a channel that starts. */
    public OfChannel channel(String id, Supplier<Number> behind, Supplier<Number> viewers) {
        return new OfChannel(
                gauge("xg2g.live.behind.seconds", "How long the oldest unpublished window has been ready", id, behind),
                gauge("xg2g.live.viewers", "Players that watch", id, viewers),
                counter("xg2g.live.dropped.renditions", "Renditions of windows that were left out to keep up", id),
                counter("xg2g.live.gaps", "Windows that were given up", id),
                counter("xg2g.live.discontinuities", "Breaks of the source", id),
                Timer.builder("xg2g.live.window.latency")
                        .description("From a window's last picture to its publication")
                        .serviceLevelObjectives(List.of(100, 250, 500, 1000, 2000, 4000, 6000, 10_000).stream()
                                .map(Duration::ofMillis)
                                .toArray(Duration[]::new))
                        .register(registry));
    }

    /** Counts of a channel that does not run any more are given up; should it run again, they begin at 0. */
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

    /** One channel's measurements. */
    public final class OfChannel {
        private final Gauge behind;
        private final Gauge viewers;
        private final Counter dropped;
        private final Counter gaps;
        private final Counter discontinuities;
        private final Timer latency;

        private OfChannel(
                Gauge behind, Gauge viewers, Counter dropped, Counter gaps, Counter discontinuities, Timer latency) {
            this.behind = behind;
            this.viewers = viewers;
            this.dropped = dropped;
            this.gaps = gaps;
            this.discontinuities = discontinuities;
            this.latency = latency;
        }

        void dropped(int renditions) {
            dropped.increment(renditions);
        }

        void gap() {
            gaps.increment();
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

        /** The channel stops. */
        public void close() {
            registry.remove(behind);
            registry.remove(viewers);
        }
    }
}
