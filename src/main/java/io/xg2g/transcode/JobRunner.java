package io.xg2g.transcode;

import io.xg2g.problem.Problem;
import io.xg2g.problem.ProblemType;
import io.xg2g.queue.Delivery;
import io.xg2g.queue.HybridQueue;
import io.xg2g.queue.QueueException;
import io.xg2g.schedule.TimeSource;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Runs the jobs of the queue on disk, whose items are ids of jobs. Thread-safe; all methods block on I/O.
 *
 * <p>Items are taken out of the queue when a job can be started soon, and wait here in turns between clients ({@link JobTurns}). An
 * item is under lease until the end of its job is stored, and is acknowledged then: each job ends once, however often the program
 * is killed. A job that fails for a reason that may pass is put back with a delay, until its attempts are used up. Items of jobs that
 * have ended, or are unknown, are only acknowledged.
 */
final class JobRunner {
    private static final Logger LOG = Logger.getLogger(JobRunner.class);

    /** Interval of looking for room, and for delays that have ended. */
    private static final Duration POLL = Duration.ofMillis(250);

    private static final Duration AFTER_FAILURE = Duration.ofSeconds(5);
    private static final int ITEMS_AT_ONCE = 1000;

    /** Lease of the queue's items, which are held until their jobs end: it ends with the process. */
    static final Duration LEASE = Duration.ofDays(3650);

    /** Carries out one attempt. */
    interface Execution {
        /** Returns whether an attempt could begin now, beside those under way. */
        boolean isReady(TranscodeJob job);

        /** Begins an attempt; {@code done} is called once, on any thread. */
        void begin(TranscodeJob job, Consumer<Attempt> done);

        /** Stops an attempt whose result is not wanted any more. */
        void cancel(TranscodeJob job);
    }

    /** A job that waits, and its item of the queue. */
    private record Taken(TranscodeJob job, Delivery<String> item) {}

    private final HybridQueue<String> queue;
    private final TranscodeJobs jobs;
    private final Execution execution;
    private final JobPolicy policy;
    private final TimeSource time;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    /** Jobs under way, or being cancelled or retried, and the item of the queue that is acknowledged with their end, if any. */
    private final Map<String, Optional<Delivery<String>>> busy = new HashMap<>();

    /** Jobs that were taken out of the queue. Guarded by the lock. */
    private final JobTurns<Taken> waiting;

    /** Whether something has changed since the latest {@link #step}. */
    private boolean signalled;

    private volatile boolean closed;

    JobRunner(HybridQueue<String> queue, TranscodeJobs jobs, Execution execution, JobPolicy policy, TimeSource time) {
        this.queue = queue;
        this.jobs = jobs;
        this.execution = execution;
        this.policy = policy;
        this.time = time;
        waiting = new JobTurns<>(policy.fair());
    }

    /**
     * Makes the queue agree with the jobs on disk; called once, before the first {@link #step}. Items of unknown jobs are removed,
     * and open jobs without an item are added: their item was damaged, or the program was killed before it was written.
     */
    void recover(List<TranscodeJob> stored) {
        Set<String> queued = new HashSet<>();
        for (Delivery<String> item : queue.poll(Integer.MAX_VALUE)) {
            if (jobs.find(item.item()).isPresent() && queued.add(item.item())) {
                item.putBack();
            } else {
                item.acknowledge();
            }
        }
        for (TranscodeJob job : stored) {
            if (job.state() instanceof JobState.Open && queued.add(job.id)) {
                queue.add(job.id, job.request.level());
            }
        }
    }

    /**
     * Adds an accepted job, which is on disk; returns after its item is, too.
     *
     * @throws QueueException if it could not be added
     */
    void add(TranscodeJob job) {
        queue.add(job.id, job.request.level());
        wake();
    }

    /** Takes jobs until {@link #close}; blocks. */
    void run() throws InterruptedException {
        while (!closed) {
            try {
                if (!step()) {
                    awaitChange(POLL);
                }
            } catch (QueueException.Closed end) {
                return;
            } catch (RuntimeException failure) {
                LOG.errorf(failure, "job not taken from the queue, taken again later");
                awaitChange(AFTER_FAILURE);
            }
        }
    }

    /** Takes one job, if there is one and room for it. Returns whether there was. */
    boolean step() {
        if (closed || busy() >= policy.room().getAsInt()) {
            return false;
        }
        List<Delivery<String>> items = queue.poll(ITEMS_AT_ONCE);
        while (!items.isEmpty()) {
            items.forEach(this::taken);
            items = queue.poll(ITEMS_AT_ONCE);
        }
        Optional<JobTurns.Waiting<Taken>> next = locked(() -> waiting.poll(it -> execution.isReady(it.job())));
        next.ifPresent(it -> begin(it.item()));
        return next.isPresent();
    }

    /** Lets the job of an item wait for its turn; ends the item of a job that has ended, or is unknown. */
    private void taken(Delivery<String> item) {
        Optional<TranscodeJob> job = jobs.find(item.item());
        boolean waits = locked(() -> {
            boolean open = job.isPresent() && job.get().state() instanceof JobState.Open;
            if (open) {
                waiting.add(new JobTurns.Waiting<>(
                        item.item(), job.get().client, item.level(), item.sequence(), new Taken(job.get(), item)));
            }
            return open;
        });
        if (!waits) {
            try {
                job.ifPresent(this::announce);
                acknowledge(item);
            } catch (RuntimeException failure) {
                LOG.errorf("ended job not announced, repeated later: job=%s, error=%s", item.item(), failure);
                item.putBack(Attempt.UNAVAILABLE);
            }
        }
    }

    private void begin(Taken taken) {
        TranscodeJob job = taken.job();
        // A job that is busy is being cancelled or retried, which then ends its item, or puts it back.
        boolean begins = locked(() -> busy.put(job.id, Optional.of(taken.item())) == null);
        if (begins) {
            execution.begin(job, attempt -> finished(job, attempt));
        }
    }

    private void finished(TranscodeJob job, Attempt attempt) {
        try {
            switch (attempt) {
                case Attempt.Completed completed
                when job.isWanted() ->
                    end(job, new JobState.Completed(completed.result(), time.instant(), job.requestedUpload()));
                case Attempt.Completed _, Attempt.Cancelled _ -> end(job, new JobState.Cancelled(time.instant()));
                case Attempt.Failed(Problem problem, boolean retryable) -> failed(job, problem, retryable);
                case Attempt.Postponed postponed -> {
                    if (job.isWanted()) {
                        LOG.debugf("job postponed: job=%s, delay=%s", job.id, postponed.delay());
                        putBack(job, job.attempts(), postponed.reason(), postponed.delay());
                    } else {
                        end(job, new JobState.Cancelled(time.instant()));
                    }
                }
            }
        } catch (IOException unwritten) {
            LOG.errorf("state of a job not stored, the job is tried again: job=%s, error=%s", job.id, unwritten);
            putBack(job, job.attempts(), null, Attempt.UNAVAILABLE);
        } catch (RuntimeException bug) {
            LOG.errorf(bug, "job not ended, it is tried again: job=%s", job.id);
            putBack(job, job.attempts(), null, Attempt.UNAVAILABLE);
        }
    }

    private void failed(TranscodeJob job, Problem problem, boolean retryable) throws IOException {
        int attempts = job.attempts() + 1;
        if (!job.isWanted()) {
            end(job, new JobState.Cancelled(time.instant()));
        } else if (!retryable) {
            end(job, new JobState.Failed(problem, time.instant()));
        } else if (attempts >= policy.attempts()) {
            LOG.warnf(
                    "job dead after its last attempt: job=%s, attempts=%d, code=%s, reason=%s",
                    job.id, attempts, problem.type().code(), problem.detail());
            end(job, new JobState.Dead(problem, time.instant()));
        } else {
            Duration delay = policy.backoff().after(attempts);
            LOG.infof(
                    "job failed, it is tried again: job=%s, attempts=%d, delay=%s, code=%s, reason=%s",
                    job.id, attempts, delay, problem.type().code(), problem.detail());
            job.files.store(JobOutcome.of(new JobState.Queued(problem), attempts, time.instant()));
            putBack(job, attempts, problem, delay);
        }
    }

    /** Stores the end of a job, and removes it from the queue. */
    private void end(TranscodeJob job, JobState.Ended end) throws IOException {
        boolean failed = end instanceof JobState.Failed || end instanceof JobState.Dead;
        int attempts = job.attempts() + (failed ? 1 : 0);
        job.files.store(JobOutcome.of(end, attempts, time.instant()));
        if (!failed) {
            job.files.deleteInput();
        }
        job.ended(end, attempts);
        announce(job);
        release(job).ifPresent(JobRunner::acknowledge);
        locked(() -> waiting.remove(job.id))
                .ifPresent(it -> acknowledge(it.item().item()));
        jobs.sweep();
        wake();
    }

    private void announce(TranscodeJob job) {
        if (!job.isAnnounced()) {
            policy.ended().accept(job);
            job.announced();
        }
    }

    private static void acknowledge(Delivery<String> item) {
        try {
            item.acknowledge();
        } catch (QueueException later) {
            // It is delivered again, and acknowledged then, since the job has ended.
            LOG.warnf("ended job not removed from the queue yet: job=%s, error=%s", item.item(), later.getMessage());
            putBack(item, Attempt.UNAVAILABLE);
        }
    }

    private void putBack(TranscodeJob job, int attempts, @Nullable Problem problem, Duration delay) {
        job.requeued(attempts, problem);
        release(job).ifPresent(item -> putBack(item, delay));
        wake();
    }

    private static void putBack(Delivery<String> item, Duration delay) {
        try {
            item.putBack(delay);
        } catch (QueueException.Closed | QueueException.Failed untilTheNextStart) {
            LOG.debugf("job waits for the next start: job=%s", item.item());
        }
    }

    private Optional<Delivery<String>> release(TranscodeJob job) {
        return locked(() -> {
            Optional<Delivery<String>> item = busy.remove(job.id);
            return item == null ? Optional.empty() : item;
        });
    }

    /**
     * Cancels a job, or marks it to be cancelled when its attempt has been stopped.
     *
     * @return false if it has ended
     */
    boolean cancel(TranscodeJob job) {
        job.discardResult();
        boolean waits = locked(
                () -> !(job.state() instanceof JobState.Ended) && busy.putIfAbsent(job.id, Optional.empty()) == null);
        if (waits) {
            finished(job, new Attempt.Cancelled());
            return true;
        }
        boolean open = !(job.state() instanceof JobState.Ended);
        if (open) {
            execution.cancel(job);
        }
        return open;
    }

    /**
     * Puts a failed or dead job back into the queue, with all attempts before it.
     *
     * @param reserve reserves a place for it, or throws
     * @throws io.xg2g.problem.ProblemException if the job cannot be retried
     */
    void retry(TranscodeJob job, Runnable reserve) throws IOException {
        boolean mine = locked(() -> isRetryable(job) && busy.putIfAbsent(job.id, Optional.empty()) == null);
        if (!mine) {
            throw ProblemType.CONFLICT
                    .with("the transcode is " + job.state().label() + "; a failed or dead one can be retried")
                    .asException();
        }
        try {
            reserve.run();
            JobState.Ended before = (JobState.Ended) job.state();
            int attempts = job.attempts();
            // First of all, since a job that expires is removed otherwise.
            if (!job.reopened()) {
                job.reservation().release();
                throw ProblemType.NOT_FOUND.with("the transcode was removed").asException();
            }
            try {
                job.files.store(JobOutcome.of(new JobState.Queued(null), 0, time.instant()));
                queue.add(job.id, job.request.level());
            } catch (IOException | QueueException failure) {
                job.reservation().release();
                endAgain(job, before, attempts);
                throw failure;
            }
        } finally {
            release(job).ifPresent(Delivery::putBack);
            wake();
        }
    }

    /** Takes a retry back that could not be stored. */
    private void endAgain(TranscodeJob job, JobState.Ended end, int attempts) {
        job.ended(end, attempts);
        job.announced();
        try {
            job.files.store(JobOutcome.of(end, attempts, time.instant()));
        } catch (IOException unwritten) {
            LOG.warnf("job is retried after a restart: job=%s, error=%s", job.id, unwritten);
        }
    }

    private static boolean isRetryable(TranscodeJob job) {
        return job.state() instanceof JobState.Failed || job.state() instanceof JobState.Dead;
    }

    /** Returns the number of jobs under way. */
    int busy() {
        return locked(busy::size);
    }

    /** Takes no further job, and waits until those under way have ended or were put back. */
    void close(Duration timeout) throws InterruptedException {
        closed = true;
        wake();
        long left = timeout.toNanos();
        lock.lock();
        try {
            while (!busy.isEmpty() && left > 0) {
                left = changed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    private void wake() {
        locked(() -> {
            signalled = true;
            changed.signalAll();
            return true;
        });
    }

    private void awaitChange(Duration timeout) throws InterruptedException {
        lock.lock();
        try {
            long left = timeout.toNanos();
            while (!signalled && left > 0) {
                left = changed.awaitNanos(left);
            }
            signalled = false;
        } finally {
            lock.unlock();
        }
    }

    private <T> T locked(Supplier<T> action) {
        lock.lock();
        try {
            return action.get();
        } finally {
            lock.unlock();
        }
    }
}
