package io.xg2g.transcode;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.runtime.configuration.MemorySize;
import io.xg2g.dispatch.TranscodeResult;
import io.xg2g.ffmpeg.Rendition;
import io.xg2g.schedule.TimeSource;
import java.math.BigInteger;
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

    private final TranscodeJobs jobs = new TranscodeJobs(new Configured(), new SettableTime());

    record Configured() implements TranscodeConfig {
        @Override
        public MemorySize maxBody() {
            return new MemorySize(BigInteger.TEN);
        }

        @Override
        public Duration bodyTimeout() {
            return Duration.ofSeconds(1);
        }

        @Override
        public Duration keep() {
            return KEEP;
        }

        @Override
        public MemorySize keepBytes() {
            return new MemorySize(BigInteger.valueOf(25));
        }
    }

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

    private void completed(String id) {
        completed(id, "client");
    }

    private void completed(String id, String client) {
        TranscodeJob job =
                new TranscodeJob(id, client, "720p", new RefCountedDirectory(Path.of(id), _ -> {}), new SettableTime());
        job.ended(new TranscodeResult.Completed(
                List.of(new Rendition("720p", Path.of("x"), "video/mp4", 10, 1280, 720, Duration.ofSeconds(2))),
                "libx264",
                "software",
                Duration.ZERO,
                Duration.ofSeconds(1)));
        jobs.keep(job);
    }
}
