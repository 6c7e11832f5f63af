package io.xg2g.transcode;

import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Jobs that wait for their start: higher levels first, round-robin between the clients of a level, and the jobs of one client in the
 * order of their sequences. A client that begins to wait has its first turn after those that wait already. Not thread-safe.
 *
 * @param <E> type of what belongs to a job
 */
final class JobTurns<E> {
    /**
     * A waiting job.
     *
     * @param level higher ones start first
     * @param sequence order of the jobs of a client
     */
    record Waiting<E>(String id, String client, int level, long sequence, E item) {}

    private final boolean fair;

    /** Highest level first; in each the clients in the order of their turns, and their jobs by sequence. */
    private final TreeMap<Integer, LinkedHashMap<String, TreeMap<Long, Waiting<E>>>> levels =
            new TreeMap<>(Comparator.reverseOrder());

    private final Map<String, Waiting<E>> byId = new HashMap<>();

    /**
     * Creates an empty order.
     *
     * @param fair whether clients take turns; otherwise all jobs of a level are in one order
     */
    JobTurns(boolean fair) {
        this.fair = fair;
    }

    /** Adds a job, unless it waits already. */
    void add(Waiting<E> job) {
        if (byId.putIfAbsent(job.id(), job) == null) {
            levels.computeIfAbsent(job.level(), _ -> new LinkedHashMap<>())
                    .computeIfAbsent(key(job), _ -> new TreeMap<>())
                    .put(job.sequence(), job);
        }
    }

    /**
     * Removes and returns the job that starts next, and moves its client behind the others.
     *
     * @param ready whether a job can start now; others keep their places
     */
    Optional<Waiting<E>> poll(Predicate<E> ready) {
        Optional<Waiting<E>> next = levels.values().stream()
                .flatMap(clients -> clients.values().stream())
                .flatMap(jobs -> jobs.values().stream())
                .filter(job -> ready.test(job.item()))
                .findFirst();
        next.ifPresent(job -> {
            LinkedHashMap<String, TreeMap<Long, Waiting<E>>> clients = Objects.requireNonNull(levels.get(job.level()));
            clients.putLast(key(job), Objects.requireNonNull(clients.get(key(job))));
            remove(job.id());
        });
        return next;
    }

    /** Removes a job, and returns it; empty if it does not wait. */
    Optional<Waiting<E>> remove(String id) {
        Waiting<E> job = byId.remove(id);
        if (job != null) {
            levels.computeIfPresent(job.level(), (_, clients) -> {
                clients.computeIfPresent(key(job), (_, jobs) -> {
                    jobs.remove(job.sequence());
                    return jobs.isEmpty() ? null : jobs;
                });
                return clients.isEmpty() ? null : clients;
            });
        }
        return Optional.ofNullable(job);
    }

    private String key(Waiting<E> job) {
        return fair ? job.client() : "";
    }
}
