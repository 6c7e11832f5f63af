package io.xg2g.cluster;

import io.xg2g.dispatch.RemoteCapacity;
import io.xg2g.schedule.TimeSource;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The workers of the cluster, as a gateway knows them from their announcements. One that was silent for {@link #LIFE}, or did not
 * answer, is away until its next announcement, if another one is there. Thread-safe.
 */
final class Workers {
    /** Of an announcement. */
    static final Duration LIFE = Duration.ofSeconds(3);

    /** A worker that was silent for so long is forgotten: none of its offers is left. */
    private static final Duration FORGET = Duration.ofMinutes(1);

    private record Seen(WorkerStatus status, long at, boolean suspect) {}

    private final TimeSource time;

    /** Guarded by this. */
    private final Map<String, Seen> workers = new HashMap<>();

    Workers(TimeSource time) {
        this.time = time;
    }

    /** Returns the address on which workers announce themselves. */
    static String topic(String address) {
        return address + ".workers";
    }

    /** Records an announcement. */
    synchronized void announced(WorkerStatus status) {
        workers.put(status.worker(), new Seen(status, time.nanoTime(), false));
    }

    /** Forgets all: this gateway may have missed their announcements, since it was not connected. */
    synchronized void forget() {
        workers.clear();
    }

    /** Records that a worker did not answer. */
    synchronized void suspect(String worker) {
        workers.computeIfPresent(worker, (_, seen) -> new Seen(seen.status(), seen.at(), true));
    }

    /**
     * Returns whether a worker is known to be away, while another one is not. One that was never seen is not away. If all were silent,
     * or did not answer, it may be this gateway that was paused or disconnected; and since the broker does not give it a refused offer
     * again, it would get no slots until those expire.
     */
    synchronized boolean isAway(String worker) {
        Seen seen = workers.get(worker);
        return seen != null && !isPresent(seen) && workers.values().stream().anyMatch(this::isPresent);
    }

    private boolean isPresent(Seen seen) {
        return !seen.suspect() && isAlive(seen);
    }

    /**
     * Returns the capacity of the workers that are alive.
     *
     * @param gateways number of gateways that share it, at least 1
     */
    synchronized RemoteCapacity capacity(int gateways) {
        long now = time.nanoTime();
        workers.values().removeIf(seen -> now - seen.at() > FORGET.toNanos());
        List<WorkerStatus> alive = workers.values().stream()
                .filter(this::isAlive)
                .map(Seen::status)
                .filter(status -> status.slots() > 0)
                .toList();
        return new RemoteCapacity(
                names(alive, _ -> true),
                names(alive, status -> status.running() < status.slots()),
                alive.stream().mapToInt(WorkerStatus::slots).sum(),
                alive.stream().mapToInt(WorkerStatus::running).sum(),
                alive.stream().mapToDouble(WorkerStatus::speed).sum(),
                1.0 / Math.max(1, gateways));
    }

    private static Set<String> names(List<WorkerStatus> workers, Predicate<WorkerStatus> wanted) {
        return workers.stream().filter(wanted).map(WorkerStatus::worker).collect(Collectors.toSet());
    }

    /** Returns the number of workers that are alive. */
    synchronized int number() {
        return (int) workers.values().stream().filter(this::isAlive).count();
    }

    /** Returns the workers that are alive, and have answered when they were asked last. */
    synchronized List<Member> members() {
        return workers.values().stream()
                .filter(this::isPresent)
                .map(Seen::status)
                .map(status -> new Member(status.worker(), status.host(), status.port(), ""))
                .toList();
    }

    private boolean isAlive(Seen seen) {
        return time.nanoTime() - seen.at() <= LIFE.toNanos();
    }
}
