package io.xg2g.transcode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.xg2g.problem.ProblemException;
import io.xg2g.problem.ProblemType;
import io.xg2g.queue.QueueException;
import io.xg2g.schedule.Patience;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** The runner of jobs, which ends and begins again. */
class JobRunnerTest extends JobRunnerFixture {
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
        assertThat(runner.step()).isFalse();
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

    /** Its retention may end meanwhile, or another client delete it. */
    @Test
    void aJobThatIsRemovedBeforeItIsPutBackIsNotRetriedAndHoldsNoPlace() {
        // Given
        String id = accept(1);
        runner.step();
        end(id, new Attempt.Failed(CRASHED, false));
        TranscodeJob job = job(id);
        JobLimits limits = new JobLimits(2, 100);

        // When
        assertThatThrownBy(() -> runner.retry(job, () -> {
                    job.reserved(limits.reserve(job.client, 1));
                    jobs.remove(job);
                }))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        refused -> assertThat(refused.problem().type()).isEqualTo(ProblemType.NOT_FOUND));

        // Then
        assertThat(runner.step()).isFalse();
        assertThat(runner.busy()).isZero();
        assertThat(queue.stats().items()).isZero();
        limits.reserve(job.client, 1);
    }

    @Test
    void aJobThatWasPutBackIsNotRemoved() throws IOException {
        String id = accept(1);
        runner.step();
        end(id, new Attempt.Failed(CRASHED, false));
        TranscodeJob job = job(id);

        runner.retry(job, () -> {});

        assertThat(jobs.remove(job)).isFalse();
        assertNext(id);
        assertThat(jobs.remove(job)).isTrue();
        assertThat(jobs.find(id)).isEmpty();
    }

    @Test
    void aRetryThatCannotBeStoredChangesNothing() throws IOException {
        // Given
        String id = accept(1);
        runner.step();
        end(id, new Attempt.Failed(CRASHED, false));
        queue.close();

        // When
        assertThatThrownBy(() -> runner.retry(job(id), () -> {})).isInstanceOf(QueueException.class);

        // Then
        assertThat(state(id)).isInstanceOf(JobState.Failed.class);
        start();
        assertThat(state(id)).isInstanceOf(JobState.Failed.class);
        assertThat(queue.stats().items()).isZero();
        assertThat(announced).containsExactly(id);
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
        assertThat(runner.step()).isFalse();
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
    void anEndThatCannotBeAnnouncedIsAnnouncedLaterAndTheJobDoesNotRunAgain() {
        // Given a job whose callback cannot be queued
        String id = accept(1);
        runner.step();
        callbacksRefused = true;
        end(id, new Attempt.Completed(RESULT));
        assertThat(state(id)).isInstanceOf(JobState.Completed.class);

        // When it still cannot when the item is delivered again
        time.advance(Attempt.UNAVAILABLE);
        assertThat(runner.step()).isFalse();
        assertThat(queue.stats().items()).isOne();

        // Then
        callbacksRefused = false;
        time.advance(Attempt.UNAVAILABLE);
        assertThat(runner.step()).isFalse();
        assertThat(announced).containsExactly(id);
        assertThat(begun).isEmpty();
        assertThat(queue.stats().items()).isZero();
    }

    @Test
    void aJobThatEndsAfterItsQueueWasClosedStaysEndedAfterTheNextStart() throws IOException {
        String completed = accept(1);
        room = 2;
        String postponed = accept(1);
        runner.step();
        runner.step();
        queue.close();

        end(completed, new Attempt.Completed(RESULT));
        end(postponed, new Attempt.Postponed(Attempt.BUSY));

        start();
        assertThat(state(completed)).isInstanceOf(JobState.Completed.class);
        assertThat(runner.step()).isTrue();
        assertThat(begun).containsOnlyKeys(postponed);
    }

    @Test
    void aPostponedOrFailedAttemptOfACancelledJobIsItsEnd() {
        room = 2;
        List<String> ids = List.of(accept(1), accept(1));
        runner.step();
        runner.step();
        ids.forEach(id -> assertThat(runner.cancel(job(id))).isTrue());

        end(ids.getFirst(), new Attempt.Postponed(Attempt.BUSY));
        end(ids.getLast(), new Attempt.Failed(CRASHED, true));

        assertThat(ids).allSatisfy(id -> assertThat(state(id)).isInstanceOf(JobState.Cancelled.class));
        assertThat(queue.stats().items()).isZero();
    }

    @Test
    void aRunningRunnerTakesWhatIsAddedAndEndsWithItsQueue() throws Exception {
        CountDownLatch ended = new CountDownLatch(1);
        Thread.startVirtualThread(() -> {
            try {
                runner.run();
                ended.countDown();
            } catch (InterruptedException never) {
                Thread.currentThread().interrupt();
            }
        });

        String id = accept(1);
        Awaitility.await().atMost(Patience.seconds(30)).until(() -> runner.busy() == 1);
        queue.close();
        end(id, new Attempt.Completed(RESULT));

        assertThat(ended.await(Patience.seconds(60).toSeconds(), TimeUnit.SECONDS))
                .isTrue();
    }

    @Test
    void aClosedRunnerTakesNothing() throws Exception {
        accept(1);
        runner.close(Duration.ZERO);
        assertThat(runner.step()).isFalse();
    }
}
