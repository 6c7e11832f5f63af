package io.xg2g.transcode;

import io.xg2g.dispatch.Dispatcher;
import io.xg2g.dispatch.TranscodeRequest;
import io.xg2g.dispatch.TranscodeResult;
import io.xg2g.ffmpeg.Failure;
import io.xg2g.ffmpeg.Inspection;
import io.xg2g.ffmpeg.MediaInfo;
import io.xg2g.ffmpeg.MediaInspector;
import io.xg2g.ffmpeg.Profiles;
import io.xg2g.ffmpeg.TranscodeUnit;
import io.xg2g.problem.Problem;
import io.xg2g.problem.ProblemException;
import io.xg2g.problem.ProblemType;
import io.xg2g.process.WorkDirectory;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/**
 * Carries out the attempts of jobs, each on its own virtual thread: fetches the source, copies the input to a work directory, which
 * encoders may read, transcodes it there, and moves the renditions to the job's directory. Thread-safe.
 */
@Singleton
class JobExecution implements JobRunner.Execution {
    private static final Logger LOG = Logger.getLogger(JobExecution.class);

    /** Number of attempts in a row in which the program was killed, from which on no other such job runs at the same time. */
    private static final int SUSPICIOUS = 3;

    /** The same, after which there is no other attempt. */
    private static final int MAX_INTERRUPTIONS = 10;

    private final Profiles profiles;
    private final MediaInspector inspector;
    private final Dispatcher dispatcher;
    private final WorkDirectory work;
    private final JobSources sources;
    private final ResultUploads uploads;

    /** Suspects under way. */
    private final Set<String> suspects = ConcurrentHashMap.newKeySet();

    JobExecution(
            Profiles profiles,
            MediaInspector inspector,
            Dispatcher dispatcher,
            WorkDirectory work,
            JobSources sources,
            ResultUploads uploads) {
        this.profiles = profiles;
        this.inspector = inspector;
        this.dispatcher = dispatcher;
        this.work = work;
        this.sources = sources;
        this.uploads = uploads;
    }

    /** Returns whether a source that has to be fetched has a place among the fetches, and a suspect would be the only one. */
    @Override
    public boolean isReady(TranscodeJob job) {
        return (!job.needsFetch() || sources.hasPlace()) && (!isSuspect(job) || suspects.isEmpty());
    }

    @Override
    public void begin(TranscodeJob job, Consumer<Attempt> done) {
        if (job.needsFetch()) {
            sources.reserve(job.id);
        }
        if (isSuspect(job)) {
            suspects.add(job.id);
        }
        Thread.ofVirtual().name("job").start(() -> done.accept(attempt(job)));
    }

    @Override
    public void cancel(TranscodeJob job) {
        sources.cancel(job.id);
        dispatcher.cancel(job.id);
    }

    private Attempt attempt(TranscodeJob job) {
        try {
            if (!job.isWanted()) {
                return new Attempt.Cancelled();
            }
            if (!Files.exists(job.files.input())) {
                return sources.fetch(job);
            }
            Optional<Problem> full = job.requestedUpload() == null ? Optional.empty() : uploads.full(job.client);
            return full.isPresent()
                    ? new Attempt.Postponed(Attempt.UNAVAILABLE, full.get())
                    : counted(job, job.request.options(profiles));
        } catch (ProblemException permanent) {
            return new Attempt.Failed(permanent.problem(), false);
        } catch (IOException | UncheckedIOException disk) {
            LOG.warnf("job waits, a file cannot be written or read: job=%s, error=%s", job.id, disk);
            return new Attempt.Postponed(Attempt.UNAVAILABLE);
        } catch (RuntimeException bug) {
            LOG.errorf(bug, "attempt of a job failed unexpectedly: job=%s", job.id);
            return new Attempt.Failed(
                    ProblemType.INTERNAL_ERROR.with("an unexpected error; the log has the details"), true);
        } finally {
            if (job.request.source() != null) {
                sources.release(job.id);
            }
            suspects.remove(job.id);
        }
    }

    /** Makes an attempt, unless those before it took the program down each time, as one that needs more memory than there is. */
    private Attempt counted(TranscodeJob job, TranscodeOptions options) throws IOException {
        int interruptions = job.interruptions();
        job.files.attemptBegins();
        try {
            return interruptions < MAX_INTERRUPTIONS
                    ? transcode(job, options)
                    : new Attempt.Failed(
                            ProblemType.TRANSCODE_FAILED.with(
                                    "the program was killed " + interruptions
                                            + " times in a row while this transcode ran; it may need more memory than there is"),
                            false);
        } finally {
            job.interruptions(0);
            job.files.attemptEnded();
        }
    }

    /** Returns whether a job may be what took the program down. */
    private static boolean isSuspect(TranscodeJob job) {
        return job.interruptions() >= SUSPICIOUS;
    }

    private Attempt transcode(TranscodeJob job, TranscodeOptions options) throws IOException {
        Optional<String> unavailable = work.unavailable();
        if (unavailable.isPresent()) {
            throw new IOException(unavailable.get());
        }
        Path directory = work.create();
        try {
            Path input = directory.resolve("input");
            Files.copy(job.files.input(), input);
            Path output = Files.createDirectory(directory.resolve("out"));
            Optional<MediaInfo> known = job.media();
            Inspection inspection = known.isPresent()
                    ? new Inspection.Accepted(known.get())
                    : inspector.inspect(input, job.request.levelAsPriority().ofProcess());
            return switch (inspection) {
                case Inspection.Rejected(Failure failure) -> Attempt.of(failure);
                case Inspection.Accepted(MediaInfo media) -> {
                    job.inspected(media);
                    yield run(
                            job,
                            options,
                            new TranscodeUnit(input, media, options.profile(), options.containerFor(media), output));
                }
            };
        } finally {
            work.delete(directory);
        }
    }

    private Attempt run(TranscodeJob job, TranscodeOptions options, TranscodeUnit unit) throws IOException {
        TranscodeRequest request = new TranscodeRequest(
                job.id, job.client, options.stream(), options.priority(), unit, job, null, true, null);
        CompletableFuture<TranscodeResult> result = dispatcher.submit(request).subscribeAsCompletionStage();
        if (!job.isWanted()) {
            // Cancelled before the request was submitted.
            dispatcher.cancel(job.id);
        }
        return switch (result.join()) {
            case TranscodeResult.Completed completed -> new Attempt.Completed(job.files.adopt(completed));
            case TranscodeResult.Rejected rejected -> Attempt.of(rejected);
            case TranscodeResult.Failed failed -> Attempt.of(failed.failure());
            case TranscodeResult.Cancelled _ -> new Attempt.Cancelled();
        };
    }

    /** Ends the fetches at the beginning of the shutdown; attempts that transcode may go on. */
    void leave() {
        sources.close();
    }

    /** Returns the number of jobs under way that do not need a slot, since their sources are being fetched. */
    int fetching() {
        return sources.fetching();
    }
}
