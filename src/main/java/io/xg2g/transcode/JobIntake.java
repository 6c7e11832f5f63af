package io.xg2g.transcode;

import io.xg2g.dispatch.Dispatcher;
import io.xg2g.dispatch.Priority;
import io.xg2g.ffmpeg.MediaInfo;
import io.xg2g.http.ResponseEnd;
import io.xg2g.problem.DiskFailure;
import io.xg2g.problem.ProblemException;
import io.xg2g.problem.ProblemType;
import io.xg2g.process.WorkDirectory;
import io.xg2g.queue.QueueException;
import io.xg2g.schedule.TimeSource;
import io.xg2g.storage.Sha256;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Accepts jobs: an accepted one is on disk with its input, and in the queue. Thread-safe; blocks. */
@Singleton
class JobIntake {
    private static final Logger LOG = Logger.getLogger(JobIntake.class);

    private final UploadPreparer preparer;
    private final BodyReceiver receiver;
    private final WorkDirectory work;
    private final Dispatcher dispatcher;
    private final JobStore store;
    private final JobLimits limits;
    private final JobKeys keys;
    private final TranscodeJobs jobs;
    private final JobSources sources;
    private final Callbacks callbacks;
    private final ResultUploads uploads;
    private final JobLifecycle lifecycle;

    JobIntake(
            UploadPreparer preparer,
            BodyReceiver receiver,
            WorkDirectory work,
            Dispatcher dispatcher,
            JobStore store,
            JobLimits limits,
            JobKeys keys,
            TranscodeJobs jobs,
            JobSources sources,
            Callbacks callbacks,
            ResultUploads uploads,
            JobLifecycle lifecycle) {
        this.preparer = preparer;
        this.receiver = receiver;
        this.work = work;
        this.dispatcher = dispatcher;
        this.store = store;
        this.limits = limits;
        this.keys = keys;
        this.jobs = jobs;
        this.sources = sources;
        this.callbacks = callbacks;
        this.uploads = uploads;
        this.lifecycle = lifecycle;
    }

    /**
     * Accepts a job with its input, or returns the one that was accepted with the same idempotency key.
     *
     * @param length announced size of the body, or -1
     * @throws io.xg2g.problem.ProblemException if it is not accepted
     */
    AcceptedJob accept(JobSubmission submission, InputStream body, long length, ResponseEnd end) {
        check(submission);
        try (JobKeys.Use use = keys.begin(submission)) {
            JobLimits.Reservation reservation = use instanceof JobKeys.Fresh
                    ? limits.reserve(submission.client(), Math.max(0, length))
                    : JobLimits.Reservation.NONE;
            Path directory = work.create();
            try {
                Path input = directory.resolve("input");
                MessageDigest digest = Sha256.begin();
                DigestInputStream digested = new DigestInputStream(body, digest);
                if (!(use instanceof JobKeys.Fresh fresh)) {
                    receiver.receive(digested, input);
                    end.bodyTaken();
                    return repeated(use, submission.fingerprint(digest.digest()));
                }
                MediaInfo media = preparer.receive(level(submission), digested, input, end);
                reservation.resize(Files.size(input));
                TranscodeJob accepted = store(submission, fresh, digest.digest(), input, media, reservation);
                reservation = JobLimits.Reservation.NONE;
                return new AcceptedJob.Here(accepted);
            } catch (IOException unreadable) {
                throw unwritten(unreadable);
            } finally {
                work.delete(directory);
                reservation.release();
            }
        }
    }

    /** Accepts a job whose source is fetched later; otherwise as with a body. */
    AcceptedJob accept(JobSubmission submission) {
        check(submission);
        sources.check("source", String.valueOf(submission.source()));
        try (JobKeys.Use use = keys.begin(submission)) {
            if (!(use instanceof JobKeys.Fresh fresh)) {
                return repeated(use, submission.fingerprint(new byte[0]));
            }
            JobLimits.Reservation reservation = limits.reserve(submission.client(), 0);
            try {
                TranscodeJob accepted = store(submission, fresh, new byte[0], null, null, reservation);
                reservation = JobLimits.Reservation.NONE;
                return new AcceptedJob.Here(accepted);
            } finally {
                reservation.release();
            }
        }
    }

    private void check(JobSubmission submission) {
        store.checkAvailable();
        if (submission.callback() != null) {
            callbacks.checkEnabled();
            sources.check("callback", submission.callback());
        }
        if (submission.upload() != null) {
            uploads.checkAvailable(submission.client());
        }
    }

    private static AcceptedJob repeated(JobKeys.Use use, String fingerprint) {
        return switch (use) {
            case JobKeys.Use.Known(TranscodeJob job, IdempotencyKeys.Claim _) -> {
                checkSame(job.id, job.request.fingerprint(), fingerprint);
                yield new AcceptedJob.Here(job);
            }
            case JobKeys.Use.Elsewhere(JobView job, String accepted, IdempotencyKeys.Claim _) -> {
                checkSame(job.id(), accepted, fingerprint);
                yield new AcceptedJob.Elsewhere(job);
            }
            case JobKeys.Fresh _ -> throw new IllegalArgumentException("not repeated");
        };
    }

    private static void checkSame(String id, String accepted, String fingerprint) {
        if (!accepted.equals(fingerprint)) {
            throw ProblemType.IDEMPOTENCY_KEY_REUSED
                    .with("the Idempotency-Key belongs to another request: transcode " + id
                            + " has other parameters or another body")
                    .asException();
        }
    }

    private Priority level(JobSubmission submission) {
        TranscodeOptions options = submission.options();
        return dispatcher.level(submission.client(), options.stream(), options.priority());
    }

    private TranscodeJob store(
            JobSubmission submission,
            JobKeys.Fresh fresh,
            byte[] content,
            @Nullable Path input,
            @Nullable MediaInfo media,
            JobLimits.Reservation reservation) {
        String fingerprint = submission.fingerprint(content);
        fresh.accept(fingerprint);
        JobRequest request = submission.request(
                fresh.id(),
                level(submission).level(),
                TimeSource.SYSTEM.instant().toEpochMilli(),
                fingerprint);
        try {
            JobFiles files = store.create(request, input);
            TranscodeJob job = lifecycle.created(request, files);
            job.inputBytes(files.inputBytes());
            if (media != null) {
                job.inspected(media);
            }
            job.reserved(reservation);
            add(job);
            fresh.stored();
            return job;
        } catch (IOException full) {
            throw unwritten(full);
        }
    }

    private static ProblemException unwritten(Exception failure) {
        LOG.errorf("job not accepted, it cannot be stored: error=%s", failure);
        return DiskFailure.of("the job cannot be written (xg2g.data-dir); the log says why")
                .asException();
    }

    private void add(TranscodeJob job) {
        jobs.add(job);
        try {
            lifecycle.add(job);
        } catch (QueueException refused) {
            jobs.forget(job);
            throw unwritten(refused);
        }
    }
}
