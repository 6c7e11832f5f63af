package io.xg2g.transcode;

import io.xg2g.config.ConfigBounds;
import io.xg2g.problem.Problem;
import io.xg2g.problem.ProblemException;
import io.xg2g.problem.ProblemType;
import io.xg2g.process.WorkDirectory;
import io.xg2g.source.SourceClient;
import io.xg2g.source.SourceNotAllowed;
import io.xg2g.source.SourcePolicy;
import io.xg2g.source.SourceResponse;
import io.xg2g.source.UnusableResponse;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Fetches the sources of jobs over HTTP, within the policy for URLs of clients and the size limit of a body. A few are fetched at
 * once, and do not occupy slots. Thread-safe; blocks.
 */
@Singleton
class JobSources {
    private static final int MAX_FETCHES = 8;
    private static final int OK = 200;
    private static final int LOWEST_CLIENT_ERROR = 400;
    private static final int LOWEST_SERVER_ERROR = 500;

    /** Client errors that may pass: Request Timeout, Too Early, Too Many Requests. */
    private static final Set<Integer> PASSING = Set.of(408, 425, 429);

    private final SourcePolicy policy;
    private final SourceClient client;
    private final BodyReceiver receiver;
    private final WorkDirectory work;
    private final JobStore store;
    private final Duration timeout;

    /** Responses that are being read, by job. */
    private final Map<String, InputStream> open = new ConcurrentHashMap<>();

    private final Set<String> fetching = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    JobSources(
            SourcePolicy policy,
            SourceClient client,
            BodyReceiver receiver,
            WorkDirectory work,
            JobStore store,
            TranscodeConfig config) {
        this.policy = policy;
        this.client = client;
        this.receiver = receiver;
        this.work = work;
        this.store = store;
        this.timeout = config.bodyTimeout();
    }

    /**
     * Checks a URL before a job is accepted.
     *
     * @param what name of the URL, for the message
     * @throws ProblemException if it is no HTTP URL, or is not allowed
     */
    URI check(String what, String url) {
        URI uri;
        try {
            uri = new URI(url);
        } catch (URISyntaxException malformed) {
            throw invalid(what);
        }
        if (!ConfigBounds.isHttpUrl(url)) {
            throw invalid(what);
        }
        try {
            policy.admit(uri);
        } catch (SourceNotAllowed refused) {
            throw ProblemType.SOURCE_NOT_ALLOWED
                    .with(what + ": " + refused.sentence())
                    .asException();
        }
        return uri;
    }

    private static ProblemException invalid(String what) {
        return ProblemType.INVALID_REQUEST
                .with(what + " is not a URL that can be requested; allowed: an absolute http or https URL")
                .asException();
    }

    /** Returns whether one more source can be fetched now. */
    boolean hasPlace() {
        return !closed && fetching.size() < MAX_FETCHES;
    }

    /** Takes a place for a job that will be fetched, until its fetch has ended or it is released. */
    void reserve(String job) {
        fetching.add(job);
    }

    void release(String job) {
        fetching.remove(job);
    }

    /** Returns the number of jobs whose sources are being fetched. */
    int fetching() {
        return fetching.size();
    }

    /** Ends the fetch of a job's source, if there is one. */
    void cancel(String job) {
        InputStream body = open.get(job);
        if (body != null) {
            try {
                body.close();
            } catch (IOException alreadyClosed) {
                return;
            }
        }
    }

    /** Ends all fetches whose responses have begun, and begins no other one; called first in the shutdown. */
    void close() {
        closed = true;
        List.copyOf(open.keySet()).forEach(this::cancel);
    }

    /**
     * Fetches the source of a job into its directory.
     *
     * @return the failure; or {@link Attempt.Postponed}, without delay when the input is there, so that the job runs when it is
     *     its turn
     * @throws IOException if the disk cannot be written
     */
    Attempt fetch(TranscodeJob job) throws IOException {
        String source = job.request.source();
        if (source == null) {
            return new Attempt.Failed(
                    ProblemType.TRANSCODE_FAILED.with(
                            "the input was deleted from the data directory (xg2g.data-dir) by another program"),
                    false);
        }
        if (closed) {
            return new Attempt.Postponed(Attempt.BUSY);
        }
        Path directory = work.create();
        fetching.add(job.id);
        try {
            return fetch(job, URI.create(source), directory.resolve("source"));
        } finally {
            fetching.remove(job.id);
            open.remove(job.id);
            work.delete(directory);
        }
    }

    private Attempt fetch(TranscodeJob job, URI source, Path file) throws IOException {
        SourceResponse response;
        try {
            response = client.get(policy.ofClient(source), source, Map.of(), timeout);
        } catch (SourceNotAllowed refused) {
            return new Attempt.Failed(ProblemType.SOURCE_NOT_ALLOWED.with(refused.sentence()), false);
        } catch (UnusableResponse unusable) {
            return failed("the source cannot be fetched: " + unusable.getMessage(), true);
        } catch (IOException unreachable) {
            return failed("the source does not respond: " + reason(unreachable), true);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            return new Attempt.Postponed(Duration.ZERO);
        }
        try (InputStream body = response.body()) {
            open.put(job.id, body);
            // Before there was a response to close.
            if (closed) {
                return new Attempt.Postponed(Attempt.BUSY);
            }
            if (!job.isWanted()) {
                return new Attempt.Cancelled();
            }
            if (response.status() != OK) {
                int status = response.status();
                boolean permanent =
                        status >= LOWEST_CLIENT_ERROR && status < LOWEST_SERVER_ERROR && !PASSING.contains(status);
                return failed("the source responded with status " + status, !permanent);
            }
            receiver.check(null, response.length());
            reserve(job, Math.max(1, response.length()));
            receiver.receive(body, file);
            reserve(job, Files.size(file));
        } catch (ProblemException refused) {
            job.reservation().resize(0);
            return closed && job.isWanted() ? new Attempt.Postponed(Attempt.BUSY) : refused(job, refused.problem());
        }
        long bytes = Files.size(file);
        job.inputBytes(bytes);
        job.files.adoptInput(file);
        return new Attempt.Postponed(Duration.ZERO);
    }

    /**
     * Reserves room on the disk of the job's directory.
     *
     * @param bytes size of the input as far as it is known
     * @throws ProblemException if there is none at present, or will never be enough
     */
    private void reserve(TranscodeJob job, long bytes) {
        store.checkAvailable();
        job.reservation().resize(bytes);
    }

    private static Attempt refused(TranscodeJob job, Problem problem) {
        if (!job.isWanted()) {
            return new Attempt.Cancelled();
        }
        return switch (problem.type()) {
            case TOO_LARGE, INVALID_REQUEST -> new Attempt.Failed(problem, false);
            case DISK_FULL, JOB_LIMIT_REACHED -> new Attempt.Postponed(Attempt.UNAVAILABLE, problem);
            default -> new Attempt.Failed(problem, true);
        };
    }

    private static Attempt failed(String detail, boolean retryable) {
        return new Attempt.Failed(ProblemType.RECEIVER_FAILED.with(detail), retryable);
    }

    private static String reason(IOException failure) {
        return Objects.requireNonNullElse(
                failure.getMessage(), failure.getClass().getSimpleName());
    }
}
