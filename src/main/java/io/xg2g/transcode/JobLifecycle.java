package io.xg2g.transcode;

import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.Startup;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.scheduler.Scheduler;
import io.xg2g.cluster.ClusterSettings;
import io.xg2g.cluster.Role;
import io.xg2g.config.ConfigBounds;
import io.xg2g.dispatch.Dispatcher;
import io.xg2g.dispatch.QueueConfig;
import io.xg2g.dispatch.QueueSnapshot;
import io.xg2g.durability.DurableQueues;
import io.xg2g.durability.TextSerializer;
import io.xg2g.problem.DiskFailure;
import io.xg2g.queue.Durability;
import io.xg2g.queue.QueueException;
import io.xg2g.queue.QueueOptions;
import io.xg2g.schedule.Backoff;
import io.xg2g.schedule.PeriodicTasks;
import io.xg2g.schedule.TimeSource;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jboss.logging.Logger;

/**
 * Jobs from the start of the program to its end: loads those of earlier runs, runs them, and leaves those that are open at the
 * shutdown to the next run. Thread-safe.
 */
@ApplicationScoped
@Startup
class JobLifecycle {
    private static final Logger LOG = Logger.getLogger(JobLifecycle.class);
    private static final String QUEUE = "jobs";

    /** After the dispatcher was closed, which stops what is running. */
    private static final int AFTER_DISPATCHER = 3_000;

    private static final Duration FILES_CHECK = Duration.ofSeconds(1);
    private static final Duration MAX_RETRY_DELAY = Duration.ofMinutes(5);
    private static final Duration LAST_WRITES = Duration.ofSeconds(10);

    /** Items are ids. */
    private static final long QUEUE_BYTES = 64 << 20;

    private static final int SEGMENT_BYTES = 1 << 20;

    private final JobStore store;
    private final TranscodeJobs jobs;
    private final JobLimits limits;
    private final JobExecution execution;
    private final ResultUploads uploads;
    private final Dispatcher dispatcher;
    private final Scheduler scheduler;
    private final JobRunner runner;

    JobLifecycle(
            DurableQueues queues,
            JobStore store,
            TranscodeJobs jobs,
            JobLimits limits,
            JobExecution execution,
            ResultUploads uploads,
            JobAnnouncer announcer,
            Dispatcher dispatcher,
            Scheduler scheduler,
            QueueConfig order,
            TranscodeConfig config) {
        int attempts = Math.toIntExact(ConfigBounds.number("xg2g.transcode.attempts", config.attempts(), 1, 10));
        Backoff backoff = Backoff.configured("xg2g.transcode.retry-delay", config.retryDelay(), MAX_RETRY_DELAY);
        this.store = store;
        this.jobs = jobs;
        this.limits = limits;
        this.execution = execution;
        this.uploads = uploads;
        this.dispatcher = dispatcher;
        this.scheduler = scheduler;
        QueueOptions options = QueueOptions.named(QUEUE)
                .with(new QueueOptions.Bounds(io.xg2g.dispatch.Priority.values().length, 1_000_000, JobId.MAX_LENGTH))
                .with(queues.storage(QUEUE, Durability.SYNC).sized(QUEUE_BYTES, SEGMENT_BYTES))
                .withLease(JobRunner.LEASE);
        JobPolicy policy = new JobPolicy(attempts, backoff, order.fair(), this::room, announcer::ended);
        runner = new JobRunner(queues.work(options, new TextSerializer()), jobs, execution, policy, TimeSource.SYSTEM);
    }

    /**
     * Loads the jobs of earlier runs; those that are open continue when the service has started. A worker has none: those of a gateway
     * that had its data directory are left for that one.
     */
    void start(@Observes StartupEvent event, PeriodicTasks tasks, ClusterSettings cluster) {
        // The dispatcher is created here, so that a wrong setting of it fails the start and not the thread of the jobs.
        dispatcher.snapshot();
        if (cluster.role() == Role.WORKER) {
            int left = store.count();
            if (left > 0) {
                LOG.warnf("xg2g.role is worker: jobs of a gateway in xg2g.data-dir are left alone: jobs=%d", left);
            }
            return;
        }
        List<TranscodeJob> loaded = new ArrayList<>();
        for (JobStore.Stored stored : store.load()) {
            TranscodeJob job = created(stored.request(), stored.files());
            stored.outcome().ifPresent(job::restore);
            try {
                job.inputBytes(stored.files().inputBytes());
                job.interruptions(stored.files().interruptions());
            } catch (IOException unreadable) {
                LOG.warnf("files of a job not read: job=%s, error=%s", job.id, unreadable);
            }
            if (job.state() instanceof JobState.Open) {
                job.reserved(limits.readmit(job.client, job.inputBytes()));
            }
            jobs.add(job);
            loaded.add(job);
        }
        runner.recover(loaded);
        long open = loaded.stream()
                .filter(job -> job.state() instanceof JobState.Open)
                .count();
        if (!loaded.isEmpty()) {
            LOG.infof("jobs of earlier runs loaded: jobs=%d, open=%d", loaded.size(), open);
        }
        tasks.every(FILES_CHECK, "job-files", this::restoreFiles);
        Thread.ofVirtual().name("jobs").start(this::run);
    }

    /** Writes the open jobs again whose directories another program has deleted; those whose input is lost fail when they start. */
    private void restoreFiles() {
        if (!store.isInPlace()) {
            List<JobRequest> open = jobs.newestFirst().stream()
                    .filter(job -> job.state() instanceof JobState.Open)
                    .map(job -> job.request)
                    .toList();
            try {
                store.restore(open);
                LOG.warnf("directory of the jobs deleted by another program, created again: openJobs=%d", open.size());
            } catch (IOException impossible) {
                LOG.debugf("directory of the jobs not created again yet: error=%s", impossible);
            }
        }
    }

    private void run() {
        try {
            runner.run();
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        }
    }

    /** Returns how many jobs may be under way: as many as the dispatcher has room for, and those whose sources are being fetched. */
    private int room() {
        // The start may still fail, and the beans are gone then.
        if (!scheduler.isRunning()) {
            return 0;
        }
        QueueSnapshot now = dispatcher.snapshot();
        return now.accepting() ? now.durableRoom() + execution.fetching() : 0;
    }

    /** Creates the job of a stored request. It is not in the registry, nor in the queue. */
    TranscodeJob created(JobRequest request, JobFiles files) {
        RefCountedDirectory directory = new RefCountedDirectory(files.directory(), this::delete);
        return new TranscodeJob(request, files, directory, TimeSource.SYSTEM);
    }

    private void delete(Path directory) {
        Thread.startVirtualThread(() -> store.delete(directory));
    }

    /**
     * Adds an accepted job to the queue.
     *
     * @throws QueueException if it could not be added
     */
    void add(TranscodeJob job) {
        runner.add(job);
    }

    /** Cancels a job; returns false if it has ended. */
    boolean cancel(TranscodeJob job) {
        return runner.cancel(job);
    }

    /**
     * Puts a failed or dead job back into the queue, or the result of a completed one whose upload has failed into that of uploads.
     *
     * @throws io.xg2g.problem.ProblemException if it has not failed, there is no room for it, or the disk is full
     */
    void retry(TranscodeJob job) {
        try {
            if (uploads.retry(job)) {
                return;
            }
            runner.retry(job, () -> job.reserved(limits.reserve(job.client, job.inputBytes())));
        } catch (IOException | QueueException failure) {
            LOG.errorf("job not put back, it cannot be stored: job=%s, error=%s", job.id, failure);
            throw DiskFailure.of("the job cannot be written (xg2g.data-dir); the log says why")
                    .asException();
        }
    }

    /** Ends the streams of events, for which the HTTP layer would wait, and the fetches, which would be begun anew anyway. */
    void leave(@Observes ShutdownDelayInitiatedEvent event) {
        execution.leave();
        jobs.newestFirst().forEach(TranscodeJob::leave);
    }

    /** Waits until the jobs that were running are stored, or back in the queue. */
    void stop(@Observes @Priority(AFTER_DISPATCHER) ShutdownEvent event) {
        try {
            runner.close(LAST_WRITES);
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        }
    }
}
