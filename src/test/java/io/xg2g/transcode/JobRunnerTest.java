package io.xg2g.transcode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.xg2g.dispatch.TranscodeResult;
import io.xg2g.problem.Problem;
import io.xg2g.problem.ProblemException;
import io.xg2g.problem.ProblemType;
import io.xg2g.queue.Durability;
import io.xg2g.queue.HybridQueue;
import io.xg2g.queue.QueueClock;
import io.xg2g.queue.QueueOptions;
import io.xg2g.queue.Serializer;
import io.xg2g.schedule.Backoff;
import io.xg2g.schedule.ManualTime;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The runner of jobs with a queue on a real disk, attempts that end when the test says so, and restarts. */
class JobRunnerTest {
    private static final Problem CRASHED = ProblemType.TRANSCODE_FAILED.with("the encoder crashed");
    private static final TranscodeResult.Completed RESULT =
            new TranscodeResult.Completed(List.of(), "libx264", "software", Duration.ZERO, Duration.ofSeconds(1));
    private static final Serializer<String> IDS = new Serializer<>() {
        @Override
        public byte[] toBytes(String id) {
            return id.getBytes(StandardCharsets.US_ASCII);
        }

        @Override
        public String fromBytes(byte[] bytes) {
            return new String(bytes, StandardCharsets.US_ASCII);
        }
    };

    @TempDir
    Path data;

    private final ManualTime time = new ManualTime();

    /** Attempts that have begun and not ended, in their order. */
    private final Map<String, Consumer<Attempt>> begun = new LinkedHashMap<>();

    private final List<String> cancelled = new ArrayList<>();
    private final List<String> announced = new ArrayList<>();
    private int room = 1;
    private JobStore store;
    private TranscodeJobs jobs;
    private HybridQueue<String> queue;
    private JobRunner runner;

    @BeforeEach
    void start() throws IOException {
        begun.clear();
        store = new JobStore(data, 0, Jobs.JSON, Jobs::delete);
        jobs = new TranscodeJobs(Duration.ofMinutes(10), Duration.ofHours(24), Long.MAX_VALUE, time);
        QueueClock clock = new QueueClock() {
            @Override
            public long nanoTime() {
                return time.nanoTime();
            }

            @Override
            public long currentTimeMillis() {
                return time.instant().toEpochMilli();
            }
        };
        queue = HybridQueue.open(
                QueueOptions.named("jobs")
                        .with(new QueueOptions.Bounds(3, 1000, 64))
                        .with(QueueOptions.Storage.in(data.resolve("queue"), Durability.SYNC)
                                .sized(1 << 20, 1 << 16))
                        .with(clock),
                IDS);
        JobRunner.Execution execution = new JobRunner.Execution() {
            @Override
            public void begin(TranscodeJob job, Consumer<Attempt> done) {
                begun.put(job.id, done);
            }

            @Override
            public void cancel(TranscodeJob job) {
                cancelled.add(job.id);
            }
        };
        runner = new JobRunner(
                queue,
                jobs,
                execution,
                new JobRunner.Policy(
                        3,
                        new Backoff(Duration.ofSeconds(2), Duration.ofMinutes(5), () -> 0.5),
                        () -> room,
                        job -> announced.add(job.id)),
                time);
        List<TranscodeJob> loaded = new ArrayList<>();
        for (JobStore.Stored stored : store.load()) {
            TranscodeJob job = job(stored.request(), stored.files());
            stored.outcome().ifPresent(job::restore);
            jobs.add(job);
            loaded.add(job);
        }
        runner.recover(loaded);
    }

    @AfterEach
    void stop() throws IOException {
        queue.close();
    }

    /** A new program on the same disk; what was under way has not ended. */
    private void restart() throws IOException {
        queue.close();
        start();
    }

    @Test
    void jobsRunByLevelAndThenInTheirOrderAlsoAfterARestart() throws IOException {
        // Given
        String preview = accept(0);
        String first = accept(1);
        String second = accept(1);
        String active = accept(2);
        assertThat(runner.step()).isTrue();
        assertThat(begun).containsOnlyKeys(active);

        // When the program is killed while one runs
        restart();

        // Then
        for (String next : List.of(active, first, second, preview)) {
            assertThat(runner.step()).isTrue();
            assertThat(runner.step()).as("no room").isFalse();
            assertThat(begun).containsOnlyKeys(next);
            end(next, new Attempt.Completed(RESULT));
        }
        assertThat(runner.step()).isFalse();
        assertThat(queue.stats().items()).isZero();
    }

    @Test
    void anEndedJobStaysEndedAfterARestart() throws IOException {
        String id = accept(1);
        runner.step();
        end(id, new Attempt.Completed(RESULT));

        restart();

        assertThat(state(id)).isInstanceOf(JobState.Completed.class);
        assertThat(runner.step()).isFalse();
        assertThat(announced).containsExactly(id);
        assertThat(Files.exists(store.files(id).input()))
                .as("input of a completed job")
                .isFalse();
    }

    @Test
    void aJobThatEndedBeforeItsItemWasRemovedIsAnnouncedAgainAndDoesNotRunAgain() throws IOException {
        // Given a program that was killed between storing the end and removing the item
        String id = accept(1);
        store.files(id).store(JobOutcome.of(new JobState.Cancelled(time.instant()), 0, time.instant()));

        // When
        restart();

        // Then
        assertThat(runner.step()).isTrue();
        assertThat(begun).isEmpty();
        assertThat(announced).containsExactly(id);
        assertThat(queue.stats().items()).isZero();
    }

    @Test
    void aRetryableFailureIsTriedThreeTimesWithGrowingDelaysAndThenTheJobIsDead() throws IOException {
        // Given
        String id = accept(1);

        // When
        for (Duration delay : List.of(Duration.ofSeconds(2), Duration.ofSeconds(4))) {
            assertThat(runner.step()).isTrue();
            end(id, new Attempt.Failed(CRASHED, true));
            assertThat(state(id)).isEqualTo(new JobState.Queued(CRASHED));
            time.advance(delay.minusMillis(1));
            assertThat(runner.step()).as("delay of %s", delay).isFalse();
            time.advance(Duration.ofMillis(1));
        }
        assertThat(runner.step()).isTrue();
        end(id, new Attempt.Failed(CRASHED, true));

        // Then
        assertThat(state(id))
                .isInstanceOfSatisfying(
                        JobState.Dead.class, dead -> assertThat(dead.problem()).isEqualTo(CRASHED));
        restart();
        assertThat(state(id))
                .isInstanceOfSatisfying(
                        JobState.Dead.class, dead -> assertThat(dead.problem()).isEqualTo(CRASHED));
        assertThat(job(id).attempts()).isEqualTo(3);
        assertThat(Files.exists(store.files(id).input()))
                .as("input of a dead job")
                .isTrue();
    }

    @Test
    void attemptsAreCountedAcrossRestarts() throws IOException {
        String id = accept(1);
        for (int n = 1; n <= 3; n++) {
            assertThat(runner.step()).isTrue();
            end(id, new Attempt.Failed(CRASHED, true));
            restart();
        }
        assertThat(state(id)).isInstanceOf(JobState.Dead.class);
    }

    @Test
    void aFailureThatAnotherAttemptWouldNotChangeEndsTheJob() {
        String id = accept(1);
        runner.step();
        end(id, new Attempt.Failed(ProblemType.UNSUPPORTED_MEDIA.with("no video"), false));
        assertThat(state(id)).isInstanceOf(JobState.Failed.class);
        assertThat(queue.stats().items()).isZero();
    }

    @Test
    void aJobThatCouldNotRunWaitsHoweverOftenThatHappens() {
        String id = accept(1);
        for (int n = 0; n < 100; n++) {
            assertThat(runner.step()).isTrue();
            end(id, new Attempt.Postponed(Attempt.BUSY));
            assertThat(runner.step()).isFalse();
            time.advance(Attempt.BUSY);
        }
        assertThat(state(id)).isEqualTo(new JobState.Queued(null));
        assertThat(job(id).attempts()).isZero();
    }

    @Test
    void aDeadJobIsRetriedWithAllItsAttemptsAndOthersAreNot() throws IOException {
        // Given
        String id = accept(1);
        runner.step();
        assertThatThrownBy(() -> runner.retry(job(id), () -> {})).isInstanceOf(ProblemException.class);
        end(id, new Attempt.Failed(CRASHED, false));

        // When
        runner.retry(job(id), () -> {});
        restart();

        // Then
        assertThat(state(id)).isEqualTo(new JobState.Queued(null));
        assertThat(runner.step()).isTrue();
        end(id, new Attempt.Completed(RESULT));
        assertThat(state(id)).isInstanceOf(JobState.Completed.class);
        assertThatThrownBy(() -> runner.retry(job(id), () -> {})).isInstanceOf(ProblemException.class);
    }

    @Test
    void aWaitingJobIsCancelledAtOnceAndARunningOneWhenItsAttemptEnds() throws IOException {
        // Given
        String running = accept(1);
        String waiting = accept(1);
        runner.step();

        // When
        assertThat(runner.cancel(job(waiting))).isTrue();
        assertThat(runner.cancel(job(running))).isTrue();

        // Then
        assertThat(state(waiting)).isInstanceOf(JobState.Cancelled.class);
        assertThat(cancelled).containsExactly(running);
        end(running, new Attempt.Completed(RESULT));
        assertThat(state(running)).as("nobody wants its result").isInstanceOf(JobState.Cancelled.class);
        assertThat(runner.step()).as("the item of the waiting one").isTrue();
        assertThat(begun).isEmpty();
        assertThat(queue.stats().items()).isZero();
        assertThat(runner.cancel(job(running))).isFalse();
        assertThat(announced).containsExactly(waiting, running);
    }

    @Test
    void aJobWhoseItemWasLostIsAddedAgainAndAnItemWhoseJobWasLostIsRemoved() throws IOException {
        // Given
        String unqueued = UUID.randomUUID().toString();
        store.create(Jobs.request(unqueued, "client", null, 1), input());
        queue.add(UUID.randomUUID().toString(), 2);

        // When
        restart();

        // Then
        assertThat(queue.stats().items()).isOne();
        assertThat(runner.step()).isTrue();
        assertThat(begun).containsOnlyKeys(unqueued);
    }

    @Test
    void anEndThatCannotBeStoredIsNoEnd() throws IOException {
        // Given
        String id = accept(1);
        runner.step();
        Path state = store.files(id).directory().resolve("state.json");
        Files.createDirectories(state.resolve("occupied"));

        // When
        end(id, new Attempt.Completed(RESULT));

        // Then
        assertThat(state(id)).isInstanceOf(JobState.Queued.class);
        Files.delete(state.resolve("occupied"));
        Files.delete(state);
        time.advance(Attempt.UNAVAILABLE);
        assertThat(runner.step()).isTrue();
        end(id, new Attempt.Completed(RESULT));
        assertThat(state(id)).isInstanceOf(JobState.Completed.class);
    }

    @Test
    void aClosedRunnerTakesNothing() throws Exception {
        accept(1);
        runner.close(Duration.ZERO);
        assertThat(runner.step()).isFalse();
    }

    private String accept(int level) {
        String id = UUID.randomUUID().toString();
        JobRequest request = Jobs.request(id, "client", null, level);
        try {
            TranscodeJob job = job(request, store.create(request, input()));
            jobs.add(job);
            runner.add(job);
        } catch (IOException failure) {
            throw new AssertionError(failure);
        }
        return id;
    }

    private Path input() throws IOException {
        return Files.writeString(Files.createTempFile(data, "upload", ""), "media");
    }

    private void end(String id, Attempt attempt) {
        Optional.ofNullable(begun.remove(id)).orElseThrow().accept(attempt);
    }

    private TranscodeJob job(String id) {
        return jobs.find(id).orElseThrow();
    }

    private JobState state(String id) {
        return job(id).state();
    }

    private TranscodeJob job(JobRequest request, JobFiles files) {
        return new TranscodeJob(request, files, new RefCountedDirectory(files.directory(), Jobs::delete), time);
    }
}
