package io.xg2g.dispatch;

import static io.xg2g.dispatch.DispatcherSetup.oneSlot;
import static io.xg2g.dispatch.DispatcherSetup.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.smallrye.mutiny.subscription.Cancellable;
import io.xg2g.ffmpeg.Failure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Order of starts, displacement, deadlines and cancellation. */
class DispatcherTest {

    private static final Duration HALF = Duration.ofSeconds(15);
    private static final Duration ALL = Duration.ofSeconds(30);
    private static final Duration MOMENT = Duration.ofNanos(1);

    @Test
    void aRequestStartsAtOnceWhileASlotIsFree() {
        DispatcherSetup setup = with().workers(2).start();

        setup.submit("a1", "a2", "a3");

        assertThat(setup.slots.running()).containsExactly("a1", "a2");
        assertThat(setup.dispatcher.position("a3")).contains(new QueuePosition(Priority.NORMAL, 1));
    }

    @Test
    void theFirstRequestIsChosenWhenTheSlotBecomesFree() {
        // Given a normal request that has waited
        DispatcherSetup setup = oneSlot();
        makeActive(setup, "a0", "show");
        setup.submit("x1", "b1");

        // When an active one arrives just before the slot becomes free
        setup.submit(Requests.ofStream("a1", "show"));
        setup.slots.complete("x1");

        assertThat(setup.slots.running()).containsExactly("a1");
    }

    @Test
    void higherLevelsStartFirst() {
        DispatcherSetup setup = oneSlot();
        makeActive(setup, "a0", "show");
        setup.submit("x1");
        setup.preview("p1", "q1");
        setup.submit("n1", "m1");
        setup.submit(Requests.ofStream("a1", "show"));

        setup.completeAll();

        assertThat(setup.slots.starts()).containsExactly("a0", "x1", "a1", "n1", "m1", "p1", "q1");
    }

    @Test
    void clientsOfALevelAreServedRoundRobinAndEachInItsOrder() {
        DispatcherSetup setup = oneSlot();
        setup.submit("x1", "a1", "a2", "a3", "b1", "b2", "c1");

        setup.completeAll();

        assertThat(setup.slots.starts()).containsExactly("x1", "a1", "b1", "c1", "a2", "b2", "a3");
    }

    @Test
    void aReturningClientQueuesBehindClientsWithoutATurnInThisRound() {
        DispatcherSetup setup = oneSlot();
        setup.submit("x1", "a1", "b1");
        setup.slots.complete("x1");
        setup.submit("a2", "c1");

        setup.completeAll();

        assertThat(setup.slots.starts()).containsExactly("x1", "a1", "b1", "a2", "c1");
    }

    @Test
    void withoutFairnessALevelIsOneFifo() {
        DispatcherSetup setup = with().workers(1).fair(false).start();
        setup.submit("x1", "a1", "a2", "a3", "b1", "c1", "b2");
        setup.preview("p1");

        setup.completeAll();

        assertThat(setup.slots.starts()).containsExactly("x1", "a1", "a2", "a3", "b1", "c1", "b2", "p1");
    }

    @Test
    void halfOfTheMaximumWaitRaisesARequestByOneLevelBehindThoseThere() {
        DispatcherSetup setup = oneSlot();
        setup.submit("x1");
        setup.preview("p1");
        setup.time.advance(HALF.minus(MOMENT));
        setup.submit("n1");
        assertThat(setup.dispatcher.position("p1")).contains(new QueuePosition(Priority.PREVIEW, 2));

        setup.time.advance(MOMENT);
        setup.submit("m1");

        assertThat(setup.dispatcher.position("p1")).contains(new QueuePosition(Priority.NORMAL, 2));
        setup.completeAll();
        assertThat(setup.slots.starts()).containsExactly("x1", "n1", "p1", "m1");
    }

    @Test
    void aRequestIsRaisedOnlyOnce() {
        DispatcherSetup setup = oneSlot();
        setup.submit("x1");
        setup.preview("p1");

        setup.time.advance(ALL.minus(MOMENT));

        assertThat(setup.dispatcher.position("p1")).contains(new QueuePosition(Priority.NORMAL, 1));
    }

    @Test
    void aPreviewFloodDelaysAnActiveStreamByNoMoreThanTheRunningUnit() {
        DispatcherSetup setup = oneSlot();
        makeActive(setup, "a0", "show");
        IntStream.range(0, 200).forEach(i -> setup.preview("p" + i));

        setup.submit(Requests.ofStream("a1", "show"));
        setup.slots.complete("p0");

        assertThat(setup.slots.running()).containsExactly("a1");
    }

    @Test
    void aFullQueueRejectsARequestThatHasNoHigherLevelThanAnyWaiting() {
        DispatcherSetup setup = with().workers(1).size(3).start();
        setup.submit("x1", "a1", "b1", "c1");

        setup.submit("d1");
        setup.preview("e1");

        assertThat(setup.outcome("d1")).isEqualTo("full");
        assertThat(setup.outcome("e1")).isEqualTo("full");
        assertThat(setup.dispatcher.snapshot().waitingTotal()).isEqualTo(3);
    }

    @Test
    void aRequestOfAHigherLevelDisplacesTheYoungestOfTheLowestLevel() {
        DispatcherSetup setup = with().workers(1).size(4).start();
        makeActive(setup, "s0", "show");
        setup.submit("x1", "n1");
        setup.preview("p1", "q1");
        setup.submit("m1");

        setup.submit(Requests.ofStream("s1", "show"));

        assertThat(setup.outcome("q1")).isEqualTo("displaced");
        setup.submit("o1");
        assertThat(setup.outcome("p1")).isEqualTo("displaced");
        setup.submit("r1");
        assertThat(setup.outcome("r1")).isEqualTo("full");
        setup.completeAll();
        assertThat(setup.slots.starts()).containsExactly("s0", "x1", "s1", "n1", "m1", "o1");
    }

    @Test
    void aRaisedRequestIsNotDisplacedByOneOfItsNewLevel() {
        DispatcherSetup setup = with().workers(1).size(1).start();
        setup.submit("x1");
        setup.preview("p1");
        setup.time.advance(HALF);

        setup.submit("n1");

        assertThat(setup.outcome("n1")).isEqualTo("full");
    }

    @Test
    void oneClientHoldsAtMostHalfOfTheQueueWhileOthersWait() {
        DispatcherSetup setup = with().workers(1).size(4).start();
        setup.submit("x1", "b1", "a1", "a2");

        setup.submit("a3");

        assertThat(setup.outcome("a3")).isEqualTo("full");
        setup.submit("c1");
        assertThat(setup.outcome("c1")).isEqualTo("open");
    }

    @Test
    void aClientAtItsShareDisplacesItsOwnRequestsOfLowerLevels() {
        DispatcherSetup setup = with().workers(1).size(4).start();
        setup.submit("x1");
        setup.preview("b1", "a1", "a2");

        setup.submit("a3");

        assertThat(setup.outcome("a2")).isEqualTo("displaced");
        assertThat(setup.outcome("b1")).isEqualTo("open");
    }

    @Test
    void requestsOfAClientThatFilledTheQueueAloneAreDisplacedByOthers() {
        DispatcherSetup setup = with().workers(1).size(4).start();
        setup.submit("x1", "a1", "a2", "a3", "a4");

        setup.submit("b1", "c1");

        assertThat(setup.outcome("a4")).isEqualTo("displaced");
        assertThat(setup.outcome("a3")).isEqualTo("displaced");
        setup.submit("d1");
        assertThat(setup.outcome("d1")).isEqualTo("full");
    }

    @Test
    void theDeadlineFiresInTimeAlsoIfNoSlotBecomesFree() {
        DispatcherSetup setup = oneSlot();
        setup.submit("x1", "a1");
        setup.time.advance(Duration.ofSeconds(1));
        setup.preview("p1");

        setup.time.advance(ALL.minusSeconds(1).minus(MOMENT));
        assertThat(setup.outcome("a1")).isEqualTo("open");
        setup.time.advance(MOMENT);

        assertThat(setup.outcome("a1")).isEqualTo("timeout");
        assertThat(setup.answer("a1"))
                .asInstanceOf(type(TranscodeResult.Rejected.class))
                .returns(ALL, TranscodeResult.Rejected::waited);
        assertThat(setup.outcome("p1")).isEqualTo("open");
        setup.time.advance(Duration.ofSeconds(1));
        assertThat(setup.outcome("p1")).isEqualTo("timeout");
        assertThat(setup.slots.running()).containsExactly("x1");
    }

    @Test
    void theWaitingDeadlineEndsWithTheStart() {
        DispatcherSetup setup = oneSlot();
        setup.submit("x1");

        setup.time.advance(ALL.multipliedBy(10));

        assertThat(setup.outcome("x1")).isEqualTo("open");
        assertThat(setup.time.pending()).isZero();
    }

    @Test
    void aCancelledRequestLeavesTheQueueAtOnce() {
        DispatcherSetup setup = oneSlot();
        setup.submit("x1", "a1", "b1");

        assertThat(setup.dispatcher.cancel("a1")).isTrue();

        assertThat(setup.outcome("a1")).isEqualTo("cancelled");
        assertThat(setup.dispatcher.position("b1")).contains(new QueuePosition(Priority.NORMAL, 1));
        assertThat(setup.dispatcher.cancel("a1")).isFalse();
    }

    @Test
    void aCancelledRunKeepsItsSlotUntilItsProcessHasEnded() {
        DispatcherSetup setup = oneSlot();
        setup.submit("a1", "b1");

        assertThat(setup.dispatcher.cancel("a1")).isTrue();

        assertThat(isSent(setup.slots.get("a1").stop())).isTrue();
        assertThat(setup.outcome("a1")).isEqualTo("open");
        assertThat(setup.slots.running()).containsExactly("a1");
        setup.slots.fail("a1", Failure.Kind.STOPPED);
        assertThat(setup.outcome("a1")).isEqualTo("cancelled");
        assertThat(setup.slots.running()).containsExactly("b1");
    }

    @Test
    void aRunThatCompletesDespiteItsCancellationIsReportedAsCompleted() {
        DispatcherSetup setup = oneSlot();
        setup.submit("a1");
        setup.dispatcher.cancel("a1");

        setup.slots.complete("a1");

        assertThat(setup.outcome("a1")).isEqualTo("completed");
    }

    @Test
    void aDisconnectCancelsWaitingAndRunningRequests() {
        DispatcherSetup setup = oneSlot();
        Cancellable running = setup.submit(Requests.normal("a1"));
        Cancellable waiting = setup.submit(Requests.normal("a2"));

        waiting.cancel();
        running.cancel();

        assertThat(setup.dispatcher.snapshot().waitingTotal()).isZero();
        assertThat(isSent(setup.slots.get("a1").stop())).isTrue();
        assertThat(setup.rejections("cancelled")).isEqualTo(1);
    }

    @Test
    void aClientThatDisconnectedBeforeSubmissionIsNotServed() {
        DispatcherSetup setup = oneSlot();
        setup.submit("x1");

        setup.dispatcher
                .submit(Requests.normal("a1"))
                .onSubscription()
                .invoke(subscription -> subscription.cancel())
                .subscribe()
                .with(_ -> {});

        assertThat(setup.dispatcher.snapshot().waitingTotal()).isZero();
    }

    @Test
    void anIdCanBeReusedAsSoonAsItsRequestIsCompleted() {
        // Given a client that repeats its request with the same id while it receives the result
        DispatcherSetup setup = with().workers(1).size(1).start();
        setup.submit("x1", "b1");
        List<TranscodeResult> answers = new ArrayList<>();
        setup.dispatcher.submit(Requests.normal("a1")).subscribe().with(first -> {
            answers.add(first);
            setup.dispatcher.cancel("b1");
            setup.submit("a1");
        });
        assertThat(answers).hasSize(1);

        // Then the end of the first submission does not remove the second one
        assertThat(setup.outcome("a1")).isEqualTo("open");
        setup.completeAll();
        assertThat(setup.outcome("a1")).isEqualTo("completed");
    }

    @Test
    void aDuplicateIdIsRefusedAndTheFirstRequestNotAffected() {
        DispatcherSetup setup = oneSlot();
        setup.submit("a1", "a1");

        assertThat(setup.failure("a1"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a1");
        setup.completeAll();
        assertThat(setup.outcome("a1")).isEqualTo("completed");
    }

    @Test
    void queuePositionsAreTheOrderOfStarts() {
        DispatcherSetup setup = oneSlot();
        setup.submit("x1");
        setup.preview("p1");
        setup.submit("a1", "a2", "a3", "b1", "c1", "c2");
        List<String> waiting = List.of("p1", "a1", "a2", "a3", "b1", "c1", "c2");

        List<String> announced = waiting.stream()
                .sorted((one, other) -> Integer.compare(position(setup, one), position(setup, other)))
                .toList();
        setup.completeAll();

        assertThat(setup.slots.starts().subList(1, 8)).isEqualTo(announced);
    }

    private static int position(DispatcherSetup setup, String id) {
        return setup.dispatcher.position(id).orElseThrow().position();
    }

    /** Makes the client's stream active by completing one unit. */
    private static void makeActive(DispatcherSetup setup, String id, String stream) {
        setup.submit(Requests.ofStream(id, stream));
        setup.slots.complete(id);
    }

    /** Returns whether a run that begins now is interrupted. */
    private static boolean isSent(StopSignal signal) {
        signal.begin();
        boolean interrupted = Thread.currentThread().isInterrupted();
        signal.end();
        return interrupted;
    }
}
