package io.xg2g.dispatch;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** The dispatcher's measurements, under the names of the metrics reference. */
final class DispatchMetrics {
    private static final Duration[] BUCKETS = Stream.of(
                    1, 5, 10, 25, 50, 100, 200, 400, 800, 1_600, 3_200, 6_400, 12_800, 25_600, 51_200)
            .map(Duration::ofMillis)
            .toArray(Duration[]::new);

    private final MeterRegistry registry;

    DispatchMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    /** Binds the gauges. The supplier is asked at each scrape. */
    void observe(Supplier<QueueSnapshot> snapshot) {
        for (Priority priority : Priority.values()) {
            Gauge.builder("xg2g.gpu.queue.size", snapshot, now -> now.get().waiting(priority))
                    .tag("priority", label(priority))
                    .description("Requests that wait, by the level they count at now")
                    .register(registry);
            // Present from the start: a rate over a series that does not exist yet is no rate.
            wait(priority);
        }
        for (Rejection reason : Rejection.values()) {
            rejections(reason.code());
        }
        rejections("cancelled");
        Gauge.builder("xg2g.gpu.active.workers", snapshot, now -> now.get().running())
                .description("Units that run on a device")
                .register(registry);
        Gauge.builder("xg2g.gpu.slots", snapshot, now -> now.get().slots())
                .description("Units that can run at once on the devices that are well")
                .register(registry);
        Gauge.builder("xg2g.gpu.slot.demand.ratio", snapshot, now -> now.get().demand())
                .description("(waiting + running) / slots")
                .register(registry);
    }

    void started(Priority submitted, Duration waited) {
        wait(submitted).record(waited);
    }

    void rejected(String reason) {
        rejections(reason).increment();
    }

    void ran(String encoder, String outcome, Duration ran) {
        Timer.builder("xg2g.transcode.latency")
                .description("Run time of one unit on a device, without its waiting")
                .tag("encoder", encoder)
                .tag("outcome", outcome)
                .serviceLevelObjectives(BUCKETS)
                .register(registry)
                .record(ran);
    }

    private Timer wait(Priority submitted) {
        return Timer.builder("xg2g.gpu.queue.wait")
                .description("Time from submission to start, by the level of submission")
                .tag("priority", label(submitted))
                .serviceLevelObjectives(BUCKETS)
                .register(registry);
    }

    private Counter rejections(String reason) {
        return Counter.builder("xg2g.gpu.queue.rejections")
                .description("Requests that were turned away or withdrawn before they ran")
                .tag("reason", reason)
                .register(registry);
    }

    private static String label(Priority priority) {
        return Integer.toString(priority.level());
    }
}
