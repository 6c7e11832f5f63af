package io.xg2g.upload;

import io.xg2g.durability.QueueConsumer;
import io.xg2g.queue.Delivery;
import io.xg2g.queue.HybridQueue;
import io.xg2g.queue.QueueException;
import io.xg2g.transcode.ResultUploads;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jboss.logging.Logger;

/**
 * Uploads the results of jobs, whose ids are in a durable queue: the oldest first, two at once. An id is acknowledged after all
 * renditions of its job are stored and the job says so; after a kill they are stored again, under the same names. Nothing is dropped:
 * what fails is repeated, until the target refuses it or fails for it alone.
 *
 * <p>It has a circuit of its own, so that a long upload does not keep channels waiting for a target that works again. Thread-safe;
 * blocks.
 */
final class ResultUploader {
    private static final Logger LOG = Logger.getLogger(ResultUploader.class);

    private static final int AT_ONCE = 2;
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(5);

    /** Pause before the target is tried again by another result. */
    private static final Duration LEAST_PAUSE = Duration.ofMillis(100);

    private static final String IMMUTABLE = "public, max-age=31536000, immutable";

    /**
     * What it needs.
     *
     * @param results returns the result of a job
     * @param address URL of the target, with a slash at its end
     * @param successes number of requests to the target that have succeeded, of all kinds
     * @param threads runs each upload in a thread of its own
     */
    record Parts(
            HybridQueue<String> queue,
            Function<String, Optional<ResultUploads.Result>> results,
            Target target,
            String address,
            TargetCircuit circuit,
            LongSupplier successes,
            UploadMetrics metrics,
            Executor threads) {}

    /** Uploads of one result so far, by one thread at a time. */
    private static final class Progress {
        private final Set<String> stored = new HashSet<>();
        private final FailuresInRow failures;

        private Progress(LongSupplier successes) {
            failures = new FailuresInRow(successes);
        }
    }

    private final Parts parts;
    private final QueueConsumer<String> consumer;
    private final Map<String, Progress> progress = new ConcurrentHashMap<>();
    private final Set<String> busy = ConcurrentHashMap.newKeySet();
    private final Set<Thread> working = ConcurrentHashMap.newKeySet();

    ResultUploader(Parts parts) {
        this.parts = parts;
        this.consumer = new QueueConsumer<>("results", parts.queue(), AT_ONCE, parts.threads(), this::work);
    }

    /** Takes results from the queue, and uploads them. */
    QueueConsumer<String> consumer() {
        return consumer;
    }

    private void work(Delivery<String> delivery) {
        String job = delivery.item();
        boolean mine = busy.add(job);
        working.add(Thread.currentThread());
        try {
            if (!mine || !parts.circuit().tryEnter()) {
                putBack(delivery, parts.circuit().untilRetry());
                return;
            }
            try {
                upload(delivery);
            } finally {
                parts.circuit().left();
            }
        } catch (QueueException.Closed stopping) {
            LOG.debugf("upload ended with the program: job=%s", job);
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        } catch (IOException | RuntimeException failure) {
            LOG.errorf("result not uploaded, tried again: job=%s, error=%s", job, failure);
            putBack(delivery, AFTER_FAILURE);
        } finally {
            working.remove(Thread.currentThread());
            if (mine) {
                busy.remove(job);
            }
        }
    }

    private static void putBack(Delivery<String> delivery, Duration delay) {
        try {
            delivery.putBack(delay.compareTo(LEAST_PAUSE) < 0 ? LEAST_PAUSE : delay);
        } catch (QueueException later) {
            // It is delivered again when the program starts.
            LOG.debugf("result not put back: job=%s, error=%s", delivery.item(), later.getMessage());
        }
    }

    private void upload(Delivery<String> delivery) throws IOException, InterruptedException {
        String job = delivery.item();
        Optional<ResultUploads.Result> open = parts.results().apply(job);
        if (open.isEmpty()) {
            progress.remove(job);
            delivery.acknowledge();
            return;
        }
        try (ResultUploads.Result result = open.get()) {
            Progress known = progress.computeIfAbsent(job, _ -> new Progress(parts.successes()));
            try {
                store(result, known);
                if (result.uploaded(parts.address() + result.directory() + "/")) {
                    parts.metrics().uploadedResult();
                }
            } catch (TargetException failure) {
                parts.metrics().failed(failure.kind());
                if (!isFinal(known, failure)) {
                    LOG.debugf("result not uploaded, tried again: job=%s, reason=%s", job, failure.getMessage());
                    putBack(delivery, parts.circuit().backoff().after(known.failures.number()));
                    return;
                }
                if (result.failed(String.valueOf(failure.getMessage()))) {
                    parts.metrics().failedResult();
                }
            }
            progress.remove(job);
            delivery.acknowledge();
        }
    }

    /** Stores the renditions that are not stored yet. */
    private void store(ResultUploads.Result result, Progress known) throws TargetException, InterruptedException {
        for (ResultUploads.ResultFile file : result.files()) {
            if (result.isWanted() && !known.stored.contains(file.name())) {
                parts.target()
                        .put(new StoredFile(
                                result.directory() + "/" + file.name(),
                                file.file(),
                                file.contentType(),
                                // Another job may replace what has a name of the client's choice.
                                result.isUnique() ? IMMUTABLE : "no-cache"));
                parts.circuit().succeeded();
                parts.metrics().uploaded(file.bytes());
                known.stored.add(file.name());
                known.failures.end();
            }
        }
    }

    /** Counts a failed attempt; returns whether the result is given up. */
    private boolean isFinal(Progress known, TargetException failure) {
        if (!failure.kind().retryable()) {
            return true;
        }
        parts.circuit().failed(failure.kind());
        return known.failures.isLast();
    }

    /** Ends; the next run repeats what is under way. */
    void close() {
        consumer.close();
        working.forEach(Thread::interrupt);
    }
}
