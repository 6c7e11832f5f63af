package io.xg2g.cluster;

import io.xg2g.schedule.TimeSource;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Names of gateways that were alive within the last hour: what belongs to one that is away is missing in lists, and after that time the
 * gateway is taken as removed for good. Thread-safe.
 */
final class RecentMembers {
    private static final long MEMORY = Duration.ofHours(1).toNanos();

    private final TimeSource time;

    /** When each one was last alive, by the monotonic clock. Guarded by this. */
    private final Map<String, Long> lastSeen = new HashMap<>();

    /** Those that are alive. Guarded by this. */
    private Set<String> alive = Set.of();

    RecentMembers(TimeSource time) {
        this.time = time;
    }

    /** Sets who is alive now. */
    synchronized void seen(Collection<String> names) {
        long now = time.nanoTime();
        alive = Set.copyOf(names);
        alive.forEach(name -> lastSeen.put(name, now));
        lastSeen.values().removeIf(at -> now - at > MEMORY);
    }

    /** Returns those that were alive, and are not any more, in their order. */
    synchronized List<String> gone() {
        return lastSeen.keySet().stream()
                .filter(name -> !alive.contains(name))
                .sorted()
                .toList();
    }
}
