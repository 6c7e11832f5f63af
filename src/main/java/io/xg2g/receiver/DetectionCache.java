package io.xg2g.receiver;

import io.xg2g.schedule.TimeSource;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** What was detected, for as long as it counts; and at which port a service was last seen, for longer. Thread-safe. */
final class DetectionCache {
    /** More services than any receiver has; the ones asked for least recently go. */
    private static final int MAX_SERVICES = 20_000;

    private record Entry(@Nullable Detection detection, long until, int provenPort) {}

    private final Duration found;
    private final Duration notFound;
    private final TimeSource time;
    private final LinkedHashMap<String, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);

    DetectionCache(Duration found, Duration notFound, TimeSource time) {
        this.found = found;
        this.notFound = notFound;
        this.time = time;
    }

    synchronized Optional<Detection> get(String service) {
        Entry entry = entries.get(service);
        return entry == null ? Optional.empty() : Optional.ofNullable(current(entry));
    }

    synchronized void put(String service, Detection detection) {
        Entry last = entries.get(service);
        int port = last == null ? 0 : last.provenPort;
        entries.put(
                service,
                switch (detection) {
                    case Detection.Found proven -> new Entry(proven, time.nanoTime() + found.toNanos(), proven.port());
                    case Detection.NotFound none -> new Entry(none, time.nanoTime() + notFound.toNanos(), port);
                });
        if (entries.size() > MAX_SERVICES) {
            entries.pollFirstEntry();
        }
    }

    /** Forgets the address, but not the port at which it is worth looking first. */
    synchronized void forget(String service) {
        entries.computeIfPresent(service, (key, entry) -> new Entry(null, 0, entry.provenPort));
    }

    /** The port at which the service was last seen. */
    synchronized OptionalInt lastPort(String service) {
        Entry entry = entries.get(service);
        return entry == null || entry.provenPort == 0 ? OptionalInt.empty() : OptionalInt.of(entry.provenPort);
    }

    /** How many services are known to be at this port. */
    synchronized int foundAt(int port) {
        return (int) entries.values().stream()
                .filter(entry -> current(entry) instanceof Detection.Found proven && proven.port() == port)
                .count();
    }

    private @Nullable Detection current(Entry entry) {
        return entry.detection != null && time.nanoTime() - entry.until < 0 ? entry.detection : null;
    }
}
