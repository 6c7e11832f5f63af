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
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
    TranscodeJob add(String id, Order order, HeldDirectory directory) {
        TranscodeJob job = new TranscodeJob(id, order.profile().name(), directory, clock, nanos);
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

    /** Removes what was kept long enough, and the oldest results while they hold more bytes than they may. */
    synchronized void sweep() {
        List<TranscodeJob> oldestFirst = jobs.values().stream()
                .filter(job -> job.state() instanceof JobState.Ended)
                .sorted((one, other) -> Long.compare(one.endedNanos() - other.endedNanos(), 0))
                .toList();
        long bytes = oldestFirst.stream().mapToLong(TranscodeJob::bytes).sum();
        for (TranscodeJob job : oldestFirst) {
            if (isExpired(job) || (bytes > keepBytes && job.bytes() > 0)) {
                bytes -= job.bytes();
                remove(job);
            }
        }
    }

    private boolean isExpired(TranscodeJob job) {
        return job.state() instanceof JobState.Ended && nanos.getAsLong() - job.endedNanos() > keep.toNanos();
    }
}
