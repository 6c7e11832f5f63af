package io.xg2g.transcode;

import io.quarkus.runtime.Startup;
import io.quarkus.scheduler.Scheduled;
import io.xg2g.config.ConfigBounds;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The asynchronous requests: those under way, and the ended ones whose results are kept for a while. They live in this
 * process; a restart forgets them and removes their files.
 */
@ApplicationScoped
@Startup
class TranscodeJobs {
    private final Duration keep;
    private final long keepBytes;
    private final Clock clock;
    private final Map<String, TranscodeJob> jobs = new ConcurrentHashMap<>();

    @Inject
    TranscodeJobs(TranscodeConfig config) {
        this(config, Clock.systemUTC());
    }

    TranscodeJobs(TranscodeConfig config, Clock clock) {
        this.keep =
                ConfigBounds.duration("xg2g.transcode.keep", config.keep(), Duration.ofSeconds(1), Duration.ofDays(7));
        this.keepBytes = ConfigBounds.number(
                "xg2g.transcode.keep-bytes", config.keepBytes().asLongValue(), 0, 1L << 44);
        this.clock = clock;
    }

    /** Keeps a new job, which holds its directory until it is removed or ends without a result. */
    TranscodeJob add(String id, Order order, HeldDirectory directory) {
        TranscodeJob job = new TranscodeJob(id, order.profile().name(), directory, clock);
        jobs.put(id, job);
        return job;
    }

    Optional<TranscodeJob> find(String id) {
        return Optional.ofNullable(jobs.get(id)).filter(job -> !isExpired(job, clock.instant()));
    }

    /** Forgets the job and deletes its files; for jobs that have ended. */
    void remove(TranscodeJob job) {
        if (jobs.remove(job.id, job)) {
            job.letGo();
        }
    }

    /** When an ended job's results are removed at the latest. */
    Instant expiry(JobState.Ended ended) {
        return ended.at().plus(keep);
    }

    /** Removes what was kept long enough, and the oldest results while they hold more bytes than they may. */
    @Scheduled(every = "5s", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    synchronized void sweep() {
        Instant now = clock.instant();
        List<TranscodeJob> oldestFirst = jobs.values().stream()
                .filter(job -> job.state() instanceof JobState.Ended)
                .sorted(Comparator.comparing(job -> ((JobState.Ended) job.state()).at()))
                .toList();
        long bytes = oldestFirst.stream().mapToLong(TranscodeJob::bytes).sum();
        for (TranscodeJob job : oldestFirst) {
            if (isExpired(job, now) || (bytes > keepBytes && job.bytes() > 0)) {
                bytes -= job.bytes();
                remove(job);
            }
        }
    }

    private boolean isExpired(TranscodeJob job, Instant now) {
        return job.state() instanceof JobState.Ended ended && expiry(ended).isBefore(now);
    }
}
