package io.xg2g.transcode;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.dispatch.Rejection;
import io.xg2g.dispatch.TranscodeResult;
import io.xg2g.ffmpeg.Failure;
import io.xg2g.problem.Problem;
import io.xg2g.problem.ProblemType;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What clients and jobs get for each rejection and each failure. */
class ResultProblemsTest {
    private static final Duration RETRY = Duration.ofSeconds(7);

    @ParameterizedTest
    @CsvSource({
        "FULL, GPU_QUEUE_FULL, 7, 1000",
        "TIMEOUT, GPU_QUEUE_TIMEOUT, 7, 1000",
        "DISPLACED, DISPLACED, 7, 1000",
        "SHUTDOWN, SHUTTING_DOWN, 7, 0",
        "NO_DEVICE, NO_DEVICE, 30, 15000"
    })
    void aRejectionTellsWhenToComeBack(Rejection reason, ProblemType type, int retryAfter, long postponedMillis) {
        TranscodeResult.Rejected rejected = new TranscodeResult.Rejected(reason, Duration.ofMillis(1234), RETRY);

        Problem problem = ResultProblems.of(rejected);

        assertThat(problem.type()).isEqualTo(type);
        assertThat(problem.retryAfter()).isEqualTo(Duration.ofSeconds(retryAfter));
        assertThat(Attempt.of(rejected)).isEqualTo(new Attempt.Postponed(Duration.ofMillis(postponedMillis)));
    }

    @ParameterizedTest
    @CsvSource({
        "UNSUPPORTED_MEDIA, UNSUPPORTED_MEDIA, false",
        "SCRAMBLED, UNSUPPORTED_MEDIA, false",
        "SOURCE_UNAUTHORIZED, UNSUPPORTED_MEDIA, false",
        "SOURCE_PERMANENT, UNSUPPORTED_MEDIA, false",
        "RUN_TIMEOUT, TRANSCODE_TIMEOUT, true",
        "DEVICE_CAPACITY, TRANSCODE_FAILED, true",
        "DEVICE_FAULT, TRANSCODE_FAILED, true",
        "STOPPED, TRANSCODE_FAILED, true",
        "CRASH, TRANSCODE_FAILED, true",
        "SOURCE_ENDED, TRANSCODE_FAILED, true",
        "SOURCE_TRANSIENT, TRANSCODE_FAILED, true"
    })
    void aFailureIsTriedAgainWhereThatMayHelp(Failure.Kind kind, ProblemType type, boolean retryable) {
        Failure failure = new Failure(kind, "what happened");

        assertThat(ResultProblems.of(failure).type()).isEqualTo(type);
        assertThat(ResultProblems.of(failure).detail()).isEqualTo("what happened");
        assertThat(Attempt.of(failure)).isEqualTo(new Attempt.Failed(ResultProblems.of(failure), retryable));
    }

    /** A full disk is no fault of the job. */
    @ParameterizedTest
    @CsvSource("the work directory cannot be written")
    void aJobWaitsForTheDisk(String detail) {
        Failure failure = new Failure(Failure.Kind.DISK, detail);

        assertThat(ResultProblems.of(failure).detail()).contains(detail);
        assertThat(Attempt.of(failure)).isEqualTo(new Attempt.Postponed(Attempt.UNAVAILABLE));
    }
}
