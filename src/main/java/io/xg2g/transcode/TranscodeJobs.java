package io.xg2g.transcode;

import io.quarkus.runtime.Startup;
import io.quarkus.runtime.StartupEvent;
import io.xg2g.config.ConfigBounds;
import io.xg2g.schedule.PeriodicTasks;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * The asynchronous requests: those under way, and the ended ones whose results are kept for a while. They live in this
 * process; a restart forgets them and removes their files.
 */
@ApplicationScoped
@Startup
class TranscodeJobs {
    private static final Duration SWEEP = Duration.ofSeconds(5);

    private final Duration keep;
    private final long keepBytes;
    private final Clock clock;
    private final LongSupplier nanos;
    private final Map<String, TranscodeJob> jobs = new ConcurrentHashMap<>();

    @Inject
    TranscodeJobs(TranscodeConfig config) {
        this(config, Clock.systemUTC(), System::nanoTime);
    }

    /**
     * Keeps jobs by these clocks.
     *
     * @param clock for the times that are shown
     * @param nanos for how long results are kept
     */
    TranscodeJobs(TranscodeConfig config, Clock clock, LongSupplier nanos) {
        this.keep =
                ConfigBounds.duration("xg2g.transcode.keep", config.keep(), Duration.ofSeconds(1), Duration.ofDays(7));
        this.keepBytes = ConfigBounds.number(
                "xg2g.transcode.keep-bytes", config.keepBytes().asLongValue(), 0, 1L << 44);
        this.clock = clock;
        this.nanos = nanos;
    }

    void start(@Observes StartupEvent event, PeriodicTasks tasks) {
        tasks.every(SWEEP, "transcodes-sweep", this::sweep);
    }

    /** Keeps a new job, which holds its directory until it is removed or ends without a result. */
    TranscodeJob add(String id, String client, TranscodeOptions order, RefCountedDirectory directory) {
        TranscodeJob job = new TranscodeJob(id, client, order.profile().name(), directory, clock, nanos);
        keep(job);
        return job;
    }

    void keep(TranscodeJob job) {
        jobs.put(job.id, job);
    }

    Optional<TranscodeJob> find(String id) {
        return Optional.ofNullable(jobs.get(id)).filter(job -> !isExpired(job));
    }

    /** Forgets the job and deletes its files; for jobs that have ended. */
    void remove(TranscodeJob job) {
        if (jobs.remove(job.id, job)) {
            job.letGo();
        }
    }

    /** When an ended job's results are removed at the latest, unless the clock is set meanwhile. */
    Instant expiry(JobState.Ended ended) {
        return ended.at().plus(keep);
    }

    /**
     * Removes what was kept long enough, and results while all of them hold more bytes than they may: each time the oldest one
     * of the client that holds the most. So no client loses a result while it holds no more than an equal share.
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

    /** The results of one client; ordered by their bytes, largest first, then by the age of the oldest. Never empty in an order. */
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
        return job.state() instanceof JobState.Ended && nanos.getAsLong() - job.endedNanos() > keep.toNanos();
    }
}
