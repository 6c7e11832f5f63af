package io.xg2g.transcode;

import io.xg2g.problem.Problem;
import io.xg2g.problem.ProblemType;
import io.xg2g.queue.Delivery;
import io.xg2g.queue.HybridQueue;
import io.xg2g.queue.QueueException;
import io.xg2g.schedule.Backoff;
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
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Runs the jobs of the queue on disk, whose items are ids of jobs.
 *
 * <p>A job is taken when the dispatcher can start it soon, so that the order is that of the queue. Its item is under lease while it
 * runs, and acknowledged after its end is stored: each job ends once, however often the program is killed. A job that fails for a
 * reason that may pass is put back with a delay, until its attempts are used up. What comes from the queue and has ended, or is
 * unknown, is only acknowledged.
 *
 * <p>Thread-safe. All methods block on I/O.
 */
final class JobRunner {
    private static final Logger LOG = Logger.getLogger(JobRunner.class);

    /** Interval of looking for room, and for delays that have ended. */
    private static final Duration POLL = Duration.ofMillis(250);

    private static final Duration AFTER_FAILURE = Duration.ofSeconds(5);

    /** Carries out one attempt. */
    interface Execution {
        /** Begins an attempt; {@code done} is called once, on any thread. */
        void begin(TranscodeJob job, Consumer<Attempt> done);

        /** Stops an attempt whose result is not wanted any more. */
        void cancel(TranscodeJob job);
    }

    /**
     * Reports and limits.
     *
     * @param attempts maximum number of attempts of a job
     * @param room number of jobs that may be under way now
     * @param ended called with a job whose end was stored, before it is removed from the queue; again after a failure or a crash
     *     in between
     */
    record Policy(int attempts, Backoff backoff, IntSupplier room, Consumer<TranscodeJob> ended) {}

    private final HybridQueue<String> queue;
    private final TranscodeJobs jobs;
    private final Execution execution;
    private final Policy policy;
    private final TimeSource time;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    /** Jobs under way, or being cancelled or retried, and the item of the queue that is acknowledged with their end, if any. */
    private final Map<String, Optional<Delivery<String>>> busy = new HashMap<>();

    /** Whether something has changed since the latest {@link #step}. */
    private boolean signalled;

    private volatile boolean closed;

    JobRunner(HybridQueue<String> queue, TranscodeJobs jobs, Execution execution, Policy policy, TimeSource time) {
        this.queue = queue;
        this.jobs = jobs;
        this.execution = execution;
        this.policy = policy;
        this.time = time;
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
        Optional<Delivery<String>> delivery = queue.poll();
        delivery.ifPresent(this::begin);
        return delivery.isPresent();
    }

    private void begin(Delivery<String> delivery) {
        Optional<TranscodeJob> job = jobs.find(delivery.item());
        boolean begins = locked(() -> {
            if (job.isEmpty() || job.get().state() instanceof JobState.Ended) {
                return false;
            }
            // A job that is busy already: its lease has ended, or it is being cancelled.
            return busy.put(job.get().id, Optional.of(delivery)) == null;
        });
        if (begins) {
            TranscodeJob next = job.orElseThrow();
            execution.begin(next, attempt -> finished(next, attempt));
        } else if (!locked(() -> busy.containsKey(delivery.item()))) {
            job.ifPresent(this::announce);
            acknowledge(delivery);
        }
    }

    private void finished(TranscodeJob job, Attempt attempt) {
        try {
            switch (attempt) {
                case Attempt.Completed completed
                when job.isWanted() -> end(job, new JobState.Completed(completed.result(), time.instant()));
                case Attempt.Completed _, Attempt.Cancelled _ -> end(job, new JobState.Cancelled(time.instant()));
                case Attempt.Failed(Problem problem, boolean retryable) -> failed(job, problem, retryable);
                case Attempt.Postponed(Duration delay) -> {
                    if (job.isWanted()) {
                        putBack(job, job.attempts(), null, delay);
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
            job.files.store(JobOutcome.of(new JobState.Queued(problem), attempts, time.instant()));
            putBack(job, attempts, problem, policy.backoff().after(attempts));
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
        Optional<Delivery<String>> item = release(job);
        item.ifPresent(JobRunner::acknowledge);
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
        }
    }

    private void putBack(TranscodeJob job, int attempts, @Nullable Problem problem, Duration delay) {
        job.requeued(attempts, problem);
        release(job).ifPresent(item -> {
            try {
                item.putBack(delay);
            } catch (QueueException.Closed shutdown) {
                // Delivered again at the next start.
                LOG.debugf("job waits for the next start: job=%s", job.id);
            }
        });
        wake();
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
            try {
                job.files.store(JobOutcome.of(new JobState.Queued(null), 0, time.instant()));
                job.reopened();
                queue.add(job.id, job.request.level());
            } catch (IOException | QueueException failure) {
                job.reservation().release();
                throw failure;
            }
        } finally {
            release(job).ifPresent(Delivery::putBack);
            wake();
        }
    }

    private static boolean isRetryable(TranscodeJob job) {
        return job.state() instanceof JobState.Failed || job.state() instanceof JobState.Dead;
    }

    /** Extends the leases of the jobs under way; to be called more often than a lease lasts. */
    void extendLeases() {
        locked(() -> List.copyOf(busy.values())).forEach(item -> item.ifPresent(Delivery::extend));
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
