package io.xg2g.transcode;

import io.quarkus.runtime.Startup;
import io.quarkus.runtime.StartupEvent;
import io.xg2g.config.ConfigBounds;
import io.xg2g.schedule.PeriodicTasks;
import io.xg2g.schedule.TimeSource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Registry of the asynchronous requests that are open or whose results are retained. Not persistent: a restart removes them and
 * their files. Thread-safe.
 */
@ApplicationScoped
@Startup
class TranscodeJobs {
    private static final Duration SWEEP = Duration.ofSeconds(5);

    private final Duration keep;
    private final long keepBytes;
    private final TimeSource time;
    private final Map<String, TranscodeJob> jobs = new ConcurrentHashMap<>();

    @Inject
    TranscodeJobs(TranscodeConfig config) {
        this(config, TimeSource.SYSTEM);
    }

    TranscodeJobs(TranscodeConfig config, TimeSource time) {
        this.keep =
                ConfigBounds.duration("xg2g.transcode.keep", config.keep(), Duration.ofSeconds(1), Duration.ofDays(7));
        this.keepBytes = ConfigBounds.number(
                "xg2g.transcode.keep-bytes", config.keepBytes().asLongValue(), 0, 1L << 44);
        this.time = time;
    }

    void start(@Observes StartupEvent event, PeriodicTasks tasks) {
        tasks.every(SWEEP, "transcodes-sweep", this::sweep);
    }

    /** Adds a new job, which holds its directory until it is removed or ends without a result. */
    TranscodeJob add(String id, String client, TranscodeOptions options, RefCountedDirectory directory) {
        TranscodeJob job = new TranscodeJob(id, client, options.profile().name(), directory, time);
        keep(job);
        return job;
    }

    void keep(TranscodeJob job) {
        jobs.put(job.id, job);
    }

    Optional<TranscodeJob> find(String id) {
        return Optional.ofNullable(jobs.get(id)).filter(job -> !isExpired(job));
    }

    /** Removes an ended job and deletes its files. */
    void remove(TranscodeJob job) {
        if (jobs.remove(job.id, job)) {
            job.releaseFiles();
        }
    }

    /** Returns when the results of an ended job expire, assuming that the system clock is not changed. */
    Instant expiry(JobState.Ended ended) {
        return ended.at().plus(keep);
    }

    /**
     * Removes expired results and, while the total size exceeds the limit, the oldest result of the client with the largest total.
     * A client within an equal share of the limit therefore loses none.
     */
    synchronized void sweep() {
        jobs.values().stream().filter(this::isExpired).toList().forEach(this::remove);
        Map<String, ClientResults> clients = new HashMap<>();
        jobs.values().stream()
                .filter(job -> job.bytes() > 0)
                .sorted(TranscodeJobs::byAge)
                .forEach(job -> clients.computeIfAbsent(job.client, _ -> new ClientResults())
                        .add(job));
        long bytes = clients.values().stream().mapToLong(of -> of.bytes).sum();
        PriorityQueue<ClientResults> largestFirst = new PriorityQueue<>(clients.values());
        while (bytes > keepBytes) {
            ClientResults largest = largestFirst.remove();
            TranscodeJob oldest = largest.removeOldest();
            bytes -= oldest.bytes();
            if (!largest.isEmpty()) {
                largestFirst.add(largest);
            }
            remove(oldest);
        }
    }

    /** Oldest first, by the monotonic clock. */
    private static int byAge(TranscodeJob one, TranscodeJob other) {
        return Long.compare(one.endedNanos() - other.endedNanos(), 0);
    }

    /** Results of one client, ordered by their total size, largest first, then by the age of the oldest. Not empty while sorted. */
    private static final class ClientResults implements Comparable<ClientResults> {
        private final Deque<TranscodeJob> oldestFirst = new ArrayDeque<>();
        private long bytes;

        void add(TranscodeJob job) {
            oldestFirst.add(job);
            bytes += job.bytes();
        }

        TranscodeJob removeOldest() {
            TranscodeJob oldest = oldestFirst.remove();
            bytes -= oldest.bytes();
            return oldest;
        }

        boolean isEmpty() {
            return oldestFirst.isEmpty();
        }

        @Override
        public int compareTo(ClientResults other) {
            return bytes != other.bytes
                    ? Long.compare(other.bytes, bytes)
                    : byAge(oldestFirst.getFirst(), other.oldestFirst.getFirst());
        }
    }

    private boolean isExpired(TranscodeJob job) {
        return job.state() instanceof JobState.Ended && time.nanoTime() - job.endedNanos() > keep.toNanos();
    }
}
