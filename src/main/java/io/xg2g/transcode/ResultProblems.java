package io.xg2g.transcode;

import io.xg2g.dispatch.TranscodeResult;
import io.xg2g.ffmpeg.Failure;
import io.xg2g.problem.DiskFailure;
import io.xg2g.problem.Problem;
import io.xg2g.problem.ProblemType;
import java.time.Duration;
import java.util.Locale;

/** Mapping of rejections and failures to problem details. */
public final class ResultProblems {
    private static final Duration DEVICE_RETRY = Duration.ofSeconds(30);

    private ResultProblems() {}

    /** Returns the problem of a request that did not run. */
    public static Problem of(TranscodeResult.Rejected rejected) {
        String waited = "it waited " + seconds(rejected.waited());
        return switch (rejected.reason()) {
            case FULL ->
                ProblemType.GPU_QUEUE_FULL
                        .with("the queue (xg2g.gpu.queue.size), or this client's share of it, is full")
                        .retryAfter(rejected.retryAfter());
            case TIMEOUT ->
                ProblemType.GPU_QUEUE_TIMEOUT
                        .with("no slot became free in time (xg2g.gpu.queue.max-wait); " + waited)
                        .retryAfter(rejected.retryAfter());
            case DISPLACED ->
                ProblemType.DISPLACED
                        .with("the queue was full, and a request of a higher level displaced this one; " + waited)
                        .retryAfter(rejected.retryAfter());
            case SHUTDOWN ->
                ProblemType.SHUTTING_DOWN.with("the service is shutting down").retryAfter(rejected.retryAfter());
            case NO_DEVICE ->
                ProblemType.NO_DEVICE
                        .with("no device has a working encoder; see /api/v1/gpus")
                        .retryAfter(DEVICE_RETRY);
        };
    }

    /** Returns the problem of a unit that failed. */
    public static Problem of(Failure failure) {
        return switch (failure.kind()) {
            case UNSUPPORTED_MEDIA, SCRAMBLED, SOURCE_UNAUTHORIZED, SOURCE_PERMANENT ->
                ProblemType.UNSUPPORTED_MEDIA.with(failure.detail());
            case RUN_TIMEOUT -> ProblemType.TRANSCODE_TIMEOUT.with(failure.detail());
            case DISK -> DiskFailure.of(failure.detail());
            case DEVICE_CAPACITY,
                    DEVICE_FAULT,
                    STOPPED,
                    CRASH,
                    SOURCE_ENDED,
                    SOURCE_TRANSIENT,
                    WORKER_LOST,
                    WORKER_FAILED,
                    SLOT_GONE -> ProblemType.TRANSCODE_FAILED.with(failure.detail());
        };
    }

    private static String seconds(Duration duration) {
        return String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1000.0);
    }
}
