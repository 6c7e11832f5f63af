package io.xg2g.transcode;

import io.xg2g.ffmpeg.Rendition;
import io.xg2g.problem.Problem;
import io.xg2g.problem.ProblemType;
import io.xg2g.queue.QueueException;
import io.xg2g.schedule.TimeSource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * Results of jobs that are uploaded: which ones wait, and how their uploads end. A result stays until it is uploaded; the callback
 * of its job is sent then. Thread-safe; blocks on I/O.
 */
@ApplicationScoped
public class ResultUploads {
    private static final Logger LOG = Logger.getLogger(ResultUploads.class);
    private static final Duration RETRY = Duration.ofSeconds(30);

    private final TranscodeJobs jobs;
    private final BiConsumer<TranscodeJob, JobState> callbacks;
    private final ResultTarget target;
    private final TimeSource time;

    @Inject
    ResultUploads(TranscodeJobs jobs, Callbacks callbacks, ResultTarget target) {
        this(jobs, callbacks::add, target, TimeSource.SYSTEM);
    }

    ResultUploads(
            TranscodeJobs jobs, BiConsumer<TranscodeJob, JobState> callbacks, ResultTarget target, TimeSource time) {
        this.jobs = jobs;
        this.callbacks = callbacks;
        this.target = target;
        this.time = time;
    }

    /**
     * Checks that a job with an upload can be accepted from a client.
     *
     * @throws io.xg2g.problem.ProblemException if there is no target, or too much waits for its upload
     */
    void checkAvailable(String client) {
        if (!target.isConfigured()) {
            throw ProblemType.INVALID_REQUEST
                    .with("uploads are not enabled; the operator has to configure a target (xg2g.upload.url or"
                            + " xg2g.upload.s3.bucket)")
                    .asException();
        }
        full(client).ifPresent(problem -> {
            throw problem.asException();
        });
    }

    /**
     * Returns why no further result of a client can be made for its upload; empty if one can. One client gets at most half of the
     * limit, so that others can upload, too.
     */
    Optional<Problem> full(String client) {
        List<TranscodeJob> waiting = jobs.uploading();
        long all = bytes(waiting.stream());
        long own = bytes(waiting.stream().filter(job -> job.client.equals(client)));
        long share = Math.max(1, target.maxBytes() / 2);
        return all < target.maxBytes() && own < share
                ? Optional.empty()
                : Optional.of(ProblemType.UPLOAD_QUEUE_FULL
                        .with("results of " + all + " bytes wait for their upload, of which this client has " + own
                                + "; the limit is " + target.maxBytes() + " (xg2g.upload.max-result-bytes), and "
                                + share + " for one client")
                        .retryAfter(RETRY));
    }

    private static long bytes(Stream<TranscodeJob> jobs) {
        return jobs.mapToLong(TranscodeJob::bytes).sum();
    }

    /**
     * Adds the result of a completed job to the queue of uploads.
     *
     * @throws QueueException if it could not be added
     */
    void add(TranscodeJob job) {
        target.add(job.id);
    }

    /**
     * Begins a failed upload again; returns false if that of the job has not failed.
     *
     * @throws io.xg2g.problem.ProblemException as {@link #checkAvailable}
     * @throws IOException if its state could not be stored
     * @throws QueueException if it could not be added to the queue
     */
    synchronized boolean retry(TranscodeJob job) throws IOException {
        if (!(job.state() instanceof JobState.Completed completed)
                || !(completed.upload() instanceof ResultUpload.Failed failed)
                || !job.directory.hold()) {
            return false;
        }
        try {
            checkAvailable(job.client);
            change(job, completed, new ResultUpload.Waiting());
            try {
                target.add(job.id);
            } catch (QueueException refused) {
                change(job, completed, failed);
                throw refused;
            }
            return true;
        } finally {
            job.directory.release();
        }
    }

    private static void change(TranscodeJob job, JobState.Completed completed, ResultUpload upload) throws IOException {
        JobState.Completed changed = new JobState.Completed(completed.result(), completed.at(), upload);
        job.files.store(JobOutcome.of(changed, job.attempts(), completed.at()));
        job.uploadChanged(changed);
    }

    /** Returns the jobs whose results wait for their upload, the oldest first. */
    public List<String> waiting() {
        return jobs.uploading().stream().map(job -> job.id).toList();
    }

    /** Returns the result of a job for its upload, to be closed; empty if it does not wait for one, or was deleted. */
    public Optional<Result> open(String job) {
        return jobs.find(job)
                .filter(found -> found.isUploading() && found.directory.hold())
                .map(Result::new);
    }

    /**
     * Rendition of a result.
     *
     * @param name of the object, without directory
     */
    public record ResultFile(String name, Path file, String contentType, long bytes) {
        private static ResultFile of(Rendition rendition) {
            String name = Objects.requireNonNull(rendition.file().getFileName()).toString();
            return new ResultFile(name, rendition.file(), rendition.contentType(), rendition.bytes());
        }
    }

    /** Result that is being uploaded; its files stay until it is closed. */
    public final class Result implements AutoCloseable {
        private final TranscodeJob job;

        private Result(TranscodeJob job) {
            this.job = job;
        }

        /** Returns the directory on the target, without a slash at its end. */
        public String directory() {
            return Objects.requireNonNull(job.request.uploadPath());
        }

        /** Returns whether no other job has this directory. */
        public boolean isUnique() {
            return directory().equals(UploadOption.DIRECTORY + job.id);
        }

        /** Returns the renditions. */
        public List<ResultFile> files() {
            return job.state() instanceof JobState.Completed completed
                    ? completed.result().renditions().stream()
                            .map(ResultFile::of)
                            .toList()
                    : List.of();
        }

        /** Returns whether the result is still to be uploaded: it was not deleted meanwhile. */
        public boolean isWanted() {
            return jobs.find(job.id).isPresent() && job.isUploading();
        }

        /**
         * Marks the result as uploaded, and adds the callback of its job.
         *
         * @param url directory of the renditions, with a slash at its end
         * @return false if the job was deleted meanwhile
         * @throws IOException if that could not be stored; to be repeated
         * @throws QueueException if the callback could not be added; to be repeated
         */
        public boolean uploaded(String url) throws IOException {
            return end(new ResultUpload.Uploaded(url, time.instant()));
        }

        /** Marks the upload as failed for good; otherwise as {@link #uploaded}. */
        public boolean failed(String reason) throws IOException {
            boolean failed = end(new ResultUpload.Failed(reason, time.instant()));
            if (failed) {
                LOG.warnf("result not uploaded: job=%s, reason=%s", job.id, reason);
            }
            return failed;
        }

        private boolean end(ResultUpload upload) throws IOException {
            if (!isWanted() || !(job.state() instanceof JobState.Completed completed)) {
                return false;
            }
            // The callback first: a kill in between repeats it instead of losing it.
            callbacks.accept(job, new JobState.Completed(completed.result(), completed.at(), upload));
            change(job, completed, upload);
            return true;
        }

        @Override
        public void close() {
            job.directory.release();
        }
    }
}
