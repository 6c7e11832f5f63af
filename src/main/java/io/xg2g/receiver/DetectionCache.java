package io.xg2g.receiver;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.xg2g.schedule.TimeSource;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Bounded cache of detections by service. A detection expires; the port at which the service was last found does not, and is
 * probed first by the next detection. Thread-safe.
 */
final class DetectionCache {
    /** More services than a receiver has. */
    private static final int MAX_SERVICES = 20_000;

    private record Entry(@Nullable Detection detection, long expiresAt, int provenPort) {}

    private final Duration found;
    private final Duration notFound;
    private final TimeSource time;
    private final Cache<String, Entry> entries = Caffeine.newBuilder()
            .maximumSize(MAX_SERVICES)
            .executor(Runnable::run)
            .build();

    /**
     * Creates an empty cache.
     *
     * @param found time to live of a detection that found a stream
     * @param notFound time to live of one that found none
     */
    DetectionCache(Duration found, Duration notFound, TimeSource time) {
        this.found = found;
        this.notFound = notFound;
        this.time = time;
    }

    Optional<Detection> get(String service) {
        Entry entry = entries.getIfPresent(service);
        return entry == null ? Optional.empty() : Optional.ofNullable(current(entry));
    }

    void put(String service, Detection detection) {
        entries.asMap().compute(service, (_, last) -> switch (detection) {
            // Nothing was probed.
            case Detection.External _ -> last;
            case Detection.Found proven -> new Entry(proven, time.nanoTime() + found.toNanos(), proven.port());
            case Detection.NotFound none ->
                new Entry(none, time.nanoTime() + notFound.toNanos(), last == null ? 0 : last.provenPort);
        });
    }

    /** Removes the detection and keeps the port. */
    void forget(String service) {
        entries.asMap().computeIfPresent(service, (_, entry) -> new Entry(null, 0, entry.provenPort));
    }

    /** Returns the port at which the service was last found. */
    OptionalInt lastPort(String service) {
        Entry entry = entries.getIfPresent(service);
        return entry == null || entry.provenPort == 0 ? OptionalInt.empty() : OptionalInt.of(entry.provenPort);
    }

    /** Returns the number of unexpired detections with this port. */
    int foundAt(int port) {
        return (int) entries.asMap().values().stream()
                .filter(entry -> current(entry) instanceof Detection.Found proven && proven.port() == port)
                .count();
    }

    private @Nullable Detection current(Entry entry) {
        return entry.detection != null && time.nanoTime() - entry.expiresAt < 0 ? entry.detection : null;
    }
}
