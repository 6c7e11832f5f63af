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
import java.util.Optional;
import java.util.UUID;
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
    private final IdempotencyKeys keys;
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
            IdempotencyKeys keys,
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
    TranscodeJob accept(JobSubmission submission, InputStream body, long length, ResponseEnd end) {
        check(submission);
        try (IdempotencyKeys.Claim _ = keys.claim(submission.client(), submission.idempotencyKey())) {
            Optional<TranscodeJob> known = known(submission);
            JobLimits.Reservation reservation = known.isPresent()
                    ? JobLimits.Reservation.NONE
                    : limits.reserve(submission.client(), Math.max(0, length));
            Path directory = work.create();
            try {
                Path input = directory.resolve("input");
                MessageDigest digest = Sha256.begin();
                DigestInputStream digested = new DigestInputStream(body, digest);
                if (known.isPresent()) {
                    receiver.receive(digested, input);
                    end.bodyTaken();
                    return repeated(known.get(), submission.fingerprint(digest.digest()));
                }
                MediaInfo media = preparer.receive(level(submission), digested, input, end);
                reservation.resize(Files.size(input));
                TranscodeJob accepted = store(submission, digest.digest(), input, media, reservation);
                reservation = JobLimits.Reservation.NONE;
                return accepted;
            } catch (IOException unreadable) {
                throw unwritten(unreadable);
            } finally {
                work.delete(directory);
                reservation.release();
            }
        }
    }

    /** Accepts a job whose source is fetched later; otherwise as with a body. */
    TranscodeJob accept(JobSubmission submission) {
        check(submission);
        sources.check("source", String.valueOf(submission.source()));
        try (IdempotencyKeys.Claim _ = keys.claim(submission.client(), submission.idempotencyKey())) {
            Optional<TranscodeJob> known = known(submission);
            if (known.isPresent()) {
                return repeated(known.get(), submission.fingerprint(new byte[0]));
            }
            JobLimits.Reservation reservation = limits.reserve(submission.client(), 0);
            try {
                TranscodeJob accepted = store(submission, new byte[0], null, null, reservation);
                reservation = JobLimits.Reservation.NONE;
                return accepted;
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

    private Optional<TranscodeJob> known(JobSubmission submission) {
        @Nullable String key = submission.idempotencyKey();
        return key == null ? Optional.empty() : jobs.find(submission.client(), key);
    }

    private static TranscodeJob repeated(TranscodeJob job, String fingerprint) {
        if (!job.request.fingerprint().equals(fingerprint)) {
            throw ProblemType.IDEMPOTENCY_KEY_REUSED
                    .with("the Idempotency-Key belongs to another request: transcode " + job.id
                            + " has other parameters or another body")
                    .asException();
        }
        return job;
    }

    private Priority level(JobSubmission submission) {
        TranscodeOptions options = submission.options();
        return dispatcher.level(submission.client(), options.stream(), options.priority());
    }

    private TranscodeJob store(
            JobSubmission submission,
            byte[] content,
            @Nullable Path input,
            @Nullable MediaInfo media,
            JobLimits.Reservation reservation) {
        TimeSource time = TimeSource.SYSTEM;
        JobRequest request = submission.request(
                UUID.randomUUID().toString(),
                level(submission).level(),
                time.instant().toEpochMilli(),
                submission.fingerprint(content));
        try {
            JobFiles files = store.create(request, input);
            TranscodeJob job = lifecycle.created(request, files);
            job.inputBytes(files.inputBytes());
            if (media != null) {
                job.inspected(media);
            }
            job.reserved(reservation);
            add(job);
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
            jobs.remove(job);
            throw unwritten(refused);
        }
    }
}
