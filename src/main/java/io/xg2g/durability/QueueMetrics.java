package io.xg2g.durability;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.xg2g.queue.Damage;
import io.xg2g.queue.QueueListener;
import io.xg2g.queue.QueueStats;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Metrics and log lines of one queue. */
final class QueueMetrics implements QueueListener {
    private static final Logger LOG = Logger.getLogger(DurableQueues.class);
    private static final Duration[] SYNC_BUCKETS = {
        Duration.ofMillis(1),
        Duration.ofMillis(4),
        Duration.ofMillis(16),
        Duration.ofMillis(64),
        Duration.ofMillis(256),
        Duration.ofSeconds(1),
        Duration.ofSeconds(4)
    };

    private final MeterRegistry registry;
    private final String queue;
    private final Timer syncs;
    private final Counter corrupt;
    private final QueueReports reports;

    private @Nullable Supplier<QueueStats> stats;

    QueueMetrics(MeterRegistry registry, String queue, QueueReports reports) {
        this.reports = reports;
        this.registry = registry;
        this.queue = queue;
        syncs = Timer.builder("xg2g.queue.sync")
                .tag("queue", queue)
                .description("Duration of the syncs of a queue's files")
                .serviceLevelObjectives(SYNC_BUCKETS)
                .register(registry);
        corrupt = Counter.builder("xg2g.queue.corrupt.records")
                .tag("queue", queue)
                .description("Damaged places found in a queue's files; each may have cost an item")
                .register(registry);
    }

    /** Registers the metrics of the open queue, which holds this object. */
    void observe(Supplier<QueueStats> ofQueue) {
        stats = ofQueue;
        gauge(
                "xg2g.queue.items",
                QueueStats::memoryItems,
                "Items that are not done, by where they are",
                "tier",
                "memory");
        gauge("xg2g.queue.items", QueueStats::diskItems, "Items that are not done, by where they are", "tier", "disk");
        gauge("xg2g.queue.bytes", QueueStats::memoryBytes, "Bytes of these items", "tier", "memory");
        gauge("xg2g.queue.bytes", QueueStats::diskBytes, "Bytes of these items", "tier", "disk");
        gauge("xg2g.queue.file.bytes", QueueStats::logBytes, "Size of the queue's files");
        gauge("xg2g.queue.leased.items", QueueStats::leased, "Items that are being worked on");
        gauge("xg2g.queue.delayed.items", QueueStats::delayed, "Items that wait for their next attempt");
        gauge(
                "xg2g.queue.oldest.age.seconds",
                it -> it.oldestAge().toMillis() / 1e3,
                "Time since the oldest item was added");
        counter("xg2g.queue.added", QueueStats::added, "Items added");
        counter("xg2g.queue.acknowledged", QueueStats::acknowledged, "Items done");
        counter("xg2g.queue.expired", QueueStats::expired, "Items whose time to live has ended");
        counter(
                "xg2g.queue.refused",
                QueueStats::refused,
                "Items refused because the queue or the disk was full, or could not be written");
    }

    private void gauge(String name, ToDoubleFunction<QueueStats> value, String description, String... tags) {
        Gauge.builder(name, this, it -> it.read(value))
                .tag("queue", queue)
                .tags(tags)
                .description(description)
                .register(registry);
    }

    private void counter(String name, ToDoubleFunction<QueueStats> value, String description) {
        FunctionCounter.builder(name, this, it -> it.read(value))
                .tag("queue", queue)
                .description(description)
                .register(registry);
    }

    private double read(ToDoubleFunction<QueueStats> value) {
        return value.applyAsDouble(Objects.requireNonNull(stats).get());
    }

    @Override
    public void synced(long nanos) {
        syncs.record(nanos, TimeUnit.NANOSECONDS);
    }

    @Override
    public void damaged(Damage damage) {
        corrupt.increment();
        reports.report(new QueueReport.Damaged(queue, damage));
        LOG.errorf(
                "queue file damaged: queue=%s, file=%s, offset=%d, bytes=%d, what=%s",
                queue, damage.file(), damage.offset(), damage.bytes(), damage.what());
    }

    @Override
    public void unreadable(long sequence, RuntimeException failure) {
        LOG.errorf(
                failure, "item cannot be read, others are delivered before it: queue=%s, sequence=%d", queue, sequence);
    }

    @Override
    public void displaced(Exception reason) {
        reports.report(new QueueReport.Displaced(queue, reason.toString()));
        LOG.errorf(
                "queue files deleted by another program, and not created again, items are refused: queue=%s, error=%s",
                queue, reason);
    }

    @Override
    public void restored(int lost) {
        reports.report(new QueueReport.Restored(queue, lost));
        LOG.warnf("queue files deleted by another program, created again: queue=%s, itemsLost=%d", queue, lost);
    }

    @Override
    public void memoryPressure(int items, long bytes) {
        LOG.debugf("queue moves items to disk: queue=%s, items=%d, bytes=%d", queue, items, bytes);
    }

    @Override
    public void failed(Exception failure) {
        LOG.errorf("queue not written or cleaned up, repeated: queue=%s, error=%s", queue, failure.getMessage());
    }
}
