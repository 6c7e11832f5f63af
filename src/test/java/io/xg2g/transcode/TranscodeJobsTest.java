package io.xg2g.transcode;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.dispatch.TranscodeResult;
import io.xg2g.ffmpeg.Rendition;
import io.xg2g.problem.ProblemType;
import io.xg2g.schedule.TimeSource;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Retention of results, with a monotonic clock and a time of day that the test sets. */
class TranscodeJobsTest {
    private static final Duration KEEP = Duration.ofMinutes(10);

    private Instant wall = Instant.parse("2026-05-01T12:00:00Z");
    private long nanos = Long.MAX_VALUE - 5;

    private final TranscodeJobs jobs = new TranscodeJobs(KEEP, Duration.ofHours(24), 25, new SettableTime());

    /** A monotonic clock and a time of day that are set independently. */
    private final class SettableTime implements TimeSource {
        @Override
        public long nanoTime() {
            return nanos;
        }

        @Override
        public Instant instant() {
            return wall;
        }

        @Override
        public void sleep(Duration duration) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Runnable schedule(Duration delay, Runnable action) {
            throw new UnsupportedOperationException();
        }
    }

    @BeforeEach
    void oneHasEnded() {
        completed("first");
    }

    @Test
    void settingTheWallClockDoesNotAffectRetention() {
        for (Duration jump : List.of(Duration.ofHours(2), Duration.ofHours(-4))) {
            wall = wall.plus(jump);
            jobs.sweep();
            assertThat(jobs.find("first")).isPresent();
        }

        nanos += KEEP.toNanos() + 1;
        assertThat(jobs.find("first")).isEmpty();
        jobs.sweep();
        nanos -= KEEP.toNanos();
        assertThat(jobs.find("first")).as("it was removed").isEmpty();
    }

    @Test
    void overTheLimitTheOldestResultIsDeleted() {
        wall = wall.minus(Duration.ofHours(2));
        nanos += 10;
        completed("second");
        nanos += 10;
        completed("third");

        jobs.sweep();

        assertThat(jobs.find("first")).isEmpty();
        assertThat(jobs.find("second")).isPresent();
        assertThat(jobs.find("third")).isPresent();
    }

    @Test
    void theClientWithTheMostBytesLosesItsOldestResult() {
        for (int n = 0; n < 100; n++) {
            nanos += 10;
            completed("flood" + n, "greedy");
            jobs.sweep();
        }

        assertThat(jobs.find("first"))
                .as("the oldest of all, of another client")
                .isPresent();
        assertThat(jobs.find("flood99")).isPresent();
        assertThat(jobs.find("flood98")).isEmpty();

        nanos += 10;
        completed("late", "third");
        jobs.sweep();
        assertThat(jobs.find("late"))
                .as("of clients that hold as much, one loses")
                .isPresent();
    }

    @Test
    void failedJobsAreKeptForLongerAndTheirInputsCountAsRetained() {
        TranscodeJob dead = job("dead", "client");
        dead.inputBytes(10);
        dead.ended(new JobState.Dead(ProblemType.TRANSCODE_FAILED.with("it crashed"), wall), 3);
        jobs.add(dead);
        nanos += KEEP.toNanos() + 1;
        jobs.sweep();
        assertThat(jobs.find("first")).isEmpty();
        assertThat(jobs.find("dead")).isPresent();

        nanos += 10;
        completed("second");
        nanos += 10;
        completed("third");
        jobs.sweep();

        assertThat(jobs.find("dead")).as("30 bytes of 25").isEmpty();
    }

    @Test
    void anOpenJobIsNeverRemoved() {
        jobs.add(job("open", "client"));
        nanos += Duration.ofDays(40).toNanos();
        jobs.sweep();
        assertThat(jobs.remove(jobs.find("open").orElseThrow())).isFalse();
        assertThat(jobs.find("open")).isPresent();
    }

    @Test
    void aRestoredJobHasTheAgeThatTheWallClockSays() {
        TranscodeJob old = job("old", "client");
        old.restore(
                new JobOutcome("cancelled", 0, wall.minus(KEEP).minusMillis(1).toEpochMilli(), null, null));
        TranscodeJob future = job("future", "client");
        future.restore(
                new JobOutcome("cancelled", 0, wall.plus(Duration.ofDays(1)).toEpochMilli(), null, null));
        jobs.add(old);
        jobs.add(future);

        assertThat(jobs.find("old")).isEmpty();
        assertThat(jobs.find("future")).isPresent();
        nanos += KEEP.toNanos() + 1;
        assertThat(jobs.find("future")).isEmpty();
    }

    @Test
    void anIdempotencyKeyLeadsToItsJobForTheSameClientUntilItIsRemoved() {
        TranscodeJob job = new TranscodeJob(
                Jobs.request("keyed", "client", "k1"),
                Jobs.files(Path.of("keyed")),
                new RefCountedDirectory(Path.of("keyed"), _ -> {}),
                new SettableTime());
        jobs.add(job);

        assertThat(jobs.find("client", "k1")).contains(job);
        assertThat(jobs.find("other", "k1")).isEmpty();
        jobs.forget(job);
        assertThat(jobs.find("client", "k1")).isEmpty();
    }

    private void completed(String id) {
        completed(id, "client");
    }

    private void completed(String id, String client) {
        TranscodeJob job = job(id, client);
        job.ended(
                new JobState.Completed(
                        new TranscodeResult.Completed(
                                List.of(new Rendition(
                                        "720p", Path.of("x"), "video/mp4", 10, 1280, 720, Duration.ofSeconds(2))),
                                "libx264",
                                "software",
                                Duration.ZERO,
                                Duration.ofSeconds(1)),
                        wall),
                0);
        jobs.add(job);
    }

    private TranscodeJob job(String id, String client) {
        return new TranscodeJob(
                Jobs.request(id, client),
                Jobs.files(Path.of(id)),
                new RefCountedDirectory(Path.of(id), _ -> {}),
                new SettableTime());
    }
}
