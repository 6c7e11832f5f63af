package io.xg2g.transcode;

import io.xg2g.dispatch.TranscodeResult;
import io.xg2g.ffmpeg.Failure;
import io.xg2g.problem.Problem;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Result of one attempt of a job. */
sealed interface Attempt {
    /** Time until a job is tried again that did not run because the dispatcher was full. */
    Duration BUSY = Duration.ofSeconds(1);

    /** Time until a job is tried again that needs a disk with free space, or a device. */
    Duration UNAVAILABLE = Duration.ofSeconds(15);

    /** All renditions are in the job's directory, synced. */
    record Completed(TranscodeResult.Completed result) implements Attempt {}

    /**
     * The attempt failed.
     *
     * @param retryable whether another attempt may succeed
     */
    record Failed(Problem problem, boolean retryable) implements Attempt {}

    /**
     * The job did not run, through no fault of its own, and waits again.
     *
     * @param reason what it waits for, if the client should know
     */
    record Postponed(Duration delay, @Nullable Problem reason) implements Attempt {
        /** Postpones without a reason for the client. */
        Postponed(Duration delay) {
            this(delay, null);
        }
    }

    /** The client does not want the result any more. */
    record Cancelled() implements Attempt {}

    /** Classifies a failure. */
    static Attempt of(Failure failure) {
        return switch (failure.kind()) {
            case DISK -> new Postponed(UNAVAILABLE);
            case WORKER_FAILED -> new Postponed(UNAVAILABLE, ResultProblems.of(failure));
            case UNSUPPORTED_MEDIA, SCRAMBLED, SOURCE_UNAUTHORIZED, SOURCE_PERMANENT ->
                new Failed(ResultProblems.of(failure), false);
            case RUN_TIMEOUT,
                    DEVICE_CAPACITY,
                    DEVICE_FAULT,
                    STOPPED,
                    CRASH,
                    SOURCE_ENDED,
                    SOURCE_TRANSIENT,
                    WORKER_LOST,
                    SLOT_GONE -> new Failed(ResultProblems.of(failure), true);
        };
    }

    /** Classifies a rejection by the dispatcher. The job stays in the queue on disk, also during the shutdown. */
    static Attempt of(TranscodeResult.Rejected rejected) {
        return new Postponed(
                switch (rejected.reason()) {
                    case SHUTDOWN -> Duration.ZERO;
                    case FULL, TIMEOUT, DISPLACED -> BUSY;
                    case NO_DEVICE -> UNAVAILABLE;
                });
    }
}
