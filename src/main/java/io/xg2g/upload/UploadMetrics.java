package io.xg2g.upload;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/** Metrics of uploads. Thread-safe. */
@Singleton
class UploadMetrics {
    private static final Duration[] BUCKETS = {
        Duration.ofMillis(50),
        Duration.ofMillis(100),
        Duration.ofMillis(200),
        Duration.ofMillis(500),
        Duration.ofSeconds(1),
        Duration.ofSeconds(2),
        Duration.ofSeconds(5),
        Duration.ofSeconds(30)
    };

    /** Why a window is not uploaded. */
    enum Dropped {
        /** The queue has reached {@code xg2g.upload.max-bytes}; the oldest windows are dropped. */
        FULL("full"),
        /** The window could not be added: the disk is full, or the queue failed. */
        NOT_STORED("not-stored"),
        /** The window was older than {@code xg2g.upload.max-age}; those that were not taken yet count as expired in the queue. */
        EXPIRED("expired"),
        /** The window had left the channel before it was read. */
        BEHIND("behind"),
        /** The channel had another owner or another run since; its playlists do not name the window. */
        SUPERSEDED("superseded");

        private final String code;

        Dropped(String code) {
            this.code = code;
        }
    }

    private final MeterRegistry registry;
    private final List<TargetCircuit> circuits = new CopyOnWriteArrayList<>();
    private final Counter bytes;
    private final Timer stored;
    private final Counter uploadedResults;
    private final Counter failedResults;
    private final Map<TargetException.Kind, Counter> failures = new EnumMap<>(TargetException.Kind.class);
    private final Map<Dropped, Counter> dropped = new EnumMap<>(Dropped.class);

    UploadMetrics(MeterRegistry registry) {
        this.registry = registry;
        bytes = Counter.builder("xg2g.upload.bytes")
                .description("Bytes of uploaded segments, playlists and results of transcodes")
                .register(registry);
        stored = Timer.builder("xg2g.upload.object")
                .description("Duration of the uploads of segments and playlists")
                .serviceLevelObjectives(BUCKETS)
                .register(registry);
        uploadedResults = results(registry, "uploaded");
        failedResults = results(registry, "failed");
        for (TargetException.Kind kind : TargetException.Kind.values()) {
            failures.put(
                    kind,
                    Counter.builder("xg2g.upload.failures")
                            .tag("reason", kind.code())
                            .description("Requests to the upload target that failed")
                            .register(registry));
        }
        for (Dropped reason : Dropped.values()) {
            dropped.put(
                    reason,
                    Counter.builder("xg2g.upload.dropped.windows")
                            .tag("reason", reason.code)
                            .description("Windows that are not uploaded; gaps in the uploaded playlists")
                            .register(registry));
        }
    }

    private static Counter results(MeterRegistry registry, String outcome) {
        return Counter.builder("xg2g.upload.results")
                .tag("outcome", outcome)
                .description("Results of transcodes whose upload has ended")
                .register(registry);
    }

    /** Registers the gauge of what waits. */
    void observe(Supplier<Duration> oldestAge) {
        Gauge.builder("xg2g.upload.oldest.age.seconds", () -> oldestAge.get().toMillis() / 1e3)
                .description("Time since the oldest window was added that is not uploaded")
                .register(registry);
    }

    /** Registers the gauge of the target's state, which is that of all its circuits. */
    void observe(TargetCircuit circuit) {
        circuits.add(circuit);
        Gauge.builder(
                        "xg2g.upload.target.up",
                        circuits,
                        all -> all.stream().allMatch(one -> one.reason().isEmpty()) ? 1 : 0)
                .description("1 while the latest requests to the upload target succeeded, 0 while it fails")
                .register(registry);
    }

    /** An object was stored. */
    void stored(long size, long nanos) {
        bytes.increment((double) size);
        stored.record(Duration.ofNanos(nanos));
    }

    /** A rendition of a result was stored. */
    void uploaded(long size) {
        bytes.increment((double) size);
    }

    /** All renditions of a result were stored. */
    void uploadedResult() {
        uploadedResults.increment();
    }

    /** A result was given up. */
    void failedResult() {
        failedResults.increment();
    }

    void failed(TargetException.Kind kind) {
        counter(failures, kind).increment();
    }

    void dropped(Dropped reason, long windows) {
        counter(dropped, reason).increment((double) windows);
    }

    /** Returns the number of windows dropped. */
    long droppedWindows() {
        return (long) dropped.values().stream().mapToDouble(Counter::count).sum();
    }

    private static <K> Counter counter(Map<K, Counter> counters, K key) {
        return Objects.requireNonNull(counters.get(key));
    }
}
