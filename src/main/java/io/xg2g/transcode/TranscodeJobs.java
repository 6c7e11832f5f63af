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
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Registry of the asynchronous requests that are open or whose results are retained. {@link JobStore} has them on disk.
 * Thread-safe.
 */
@ApplicationScoped
@Startup
class TranscodeJobs {
    private static final Duration SWEEP = Duration.ofSeconds(5);

    /** Maximum number of ended jobs, so that small ones do not accumulate either. */
    static final int MAX_ENDED = 10_000;

    private final Duration keep;
    private final Duration keepFailed;
    private final long keepBytes;
    private final TimeSource time;
    private final Map<String, TranscodeJob> jobs = new ConcurrentHashMap<>();
    private final Map<ClientKey, String> byKey = new ConcurrentHashMap<>();

    /** Idempotency key, which is unique for each client. */
    private record ClientKey(String client, String key) {}

    @Inject
    TranscodeJobs(TranscodeConfig config) {
        this(
                ConfigBounds.duration("xg2g.transcode.keep", config.keep(), Duration.ofSeconds(1), Duration.ofDays(7)),
                ConfigBounds.duration(
                        "xg2g.transcode.keep-failed", config.keepFailed(), Duration.ofSeconds(1), Duration.ofDays(30)),
                ConfigBounds.number(
                        "xg2g.transcode.keep-bytes", config.keepBytes().asLongValue(), 0, 1L << 44),
                TimeSource.SYSTEM);
    }

    TranscodeJobs(Duration keep, Duration keepFailed, long keepBytes, TimeSource time) {
        this.keep = keep;
        this.keepFailed = keepFailed;
        this.keepBytes = keepBytes;
        this.time = time;
    }

    void start(@Observes StartupEvent event, PeriodicTasks tasks) {
        tasks.every(SWEEP, "transcodes-sweep", this::sweep);
    }

    void add(TranscodeJob job) {
        jobs.put(job.id, job);
        if (job.request.idempotencyKey() != null) {
            byKey.put(new ClientKey(job.client, job.request.idempotencyKey()), job.id);
        }
    }

    /** Returns the job of a client with this idempotency key. */
    Optional<TranscodeJob> find(String client, String idempotencyKey) {
        return Optional.ofNullable(byKey.get(new ClientKey(client, idempotencyKey)))
                .flatMap(this::find);
    }

    /** Returns all jobs that have not expired, the newest first. */
    List<TranscodeJob> newestFirst() {
        return jobs.values().stream()
                .filter(job -> !isExpired(job))
                .sorted(Comparator.comparingLong((TranscodeJob job) -> job.request.created())
                        .thenComparing(job -> job.id)
                        .reversed())
                .toList();
    }

    Optional<TranscodeJob> find(String id) {
        return Optional.ofNullable(jobs.get(id)).filter(job -> !isExpired(job));
    }

    /** Removes an ended job and deletes its files; returns false if it is open, since it was put back meanwhile. */
    boolean remove(TranscodeJob job) {
        boolean removed = job.removed();
        if (removed) {
            forget(job);
        }
        return removed;
    }

    /** Removes a job, which may be open, and deletes its files. */
    void forget(TranscodeJob job) {
        if (jobs.remove(job.id, job)) {
            if (job.request.idempotencyKey() != null) {
                byKey.remove(new ClientKey(job.client, job.request.idempotencyKey()), job.id);
            }
            job.releaseFiles();
        }
    }

    /**
     * Returns when the results of an ended job expire, assuming that the system clock is not changed; {@code null} while they are not
     * uploaded yet.
     */
    @Nullable
    Instant expiry(JobState.Ended ended) {
        return ended.isUploading() ? null : ended.retainedFrom().plus(retention(ended));
    }

    /** Returns the jobs whose renditions are not uploaded yet, the oldest first. */
    List<TranscodeJob> uploading() {
        return jobs.values().stream()
                .filter(TranscodeJob::isUploading)
                .sorted(TranscodeJobs::byAge)
                .toList();
    }

    private Duration retention(JobState.Ended ended) {
        return switch (ended) {
            case JobState.Completed completed when completed.upload() instanceof ResultUpload.Failed -> keepFailed;
            case JobState.Completed _, JobState.Cancelled _ -> keep;
            case JobState.Failed _, JobState.Dead _ -> keepFailed;
        };
    }

    /**
     * Removes expired results and, while the total size exceeds the limit, the oldest result of the client with the largest total.
     * A client within an equal share of the limit therefore loses none. What is not uploaded yet stays, and does not count.
     */
    synchronized void sweep() {
        jobs.values().stream().filter(this::isExpired).toList().forEach(this::remove);
        Map<String, ClientResults> clients = new HashMap<>();
        jobs.values().stream()
                .filter(job -> job.state() instanceof JobState.Ended ended && !ended.isUploading())
                .sorted(TranscodeJobs::byAge)
                .forEach(job -> clients.computeIfAbsent(job.client, _ -> new ClientResults())
                        .add(job));
        long bytes = clients.values().stream().mapToLong(of -> of.bytes).sum();
        long count =
                clients.values().stream().mapToLong(of -> of.oldestFirst.size()).sum();
        PriorityQueue<ClientResults> largestFirst = new PriorityQueue<>(clients.values());
        while (bytes > keepBytes || count > MAX_ENDED) {
            ClientResults largest = largestFirst.remove();
            TranscodeJob oldest = largest.removeOldest();
            bytes -= oldest.bytes();
            count--;
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
        return job.state() instanceof JobState.Ended ended
                && !ended.isUploading()
                && time.nanoTime() - job.endedNanos() > retention(ended).toNanos();
    }
}
