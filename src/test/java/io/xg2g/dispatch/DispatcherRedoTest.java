package io.xg2g.dispatch;

import static io.xg2g.dispatch.DispatcherSetup.gateway;
import static io.xg2g.dispatch.DispatcherSetup.with;
import static io.xg2g.dispatch.ManualRemoteSlot.Fate.REFUSED;
import static io.xg2g.dispatch.ManualRemoteSlot.Fate.RELEASED;
import static io.xg2g.dispatch.ManualRemoteSlot.Fate.RUN;
import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.ffmpeg.Failure;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Units that a worker lost, failed or did not start, and the end of units that workers run. */
@Timeout(120)
class DispatcherRedoTest {

    @Test
    void aLostUnitPrecedesItsLevelAndAvoidsTheWorker() {
        DispatcherSetup setup = gateway("v", "w");
        setup.submit("a1", "b1", "c1");
        setup.offer("w");
        setup.slots.fail("a1", Failure.Kind.WORKER_LOST);
        assertThat(setup.dispatcher.position("a1")).contains(new QueuePosition(Priority.NORMAL, 1));

        ManualRemoteSlot other = setup.offer("w");
        ManualRemoteSlot redo = setup.offer("v");

        assertThat(other.run.request()).isEqualTo("b1");
        assertThat(redo.run.request()).isEqualTo("a1");
        assertThat(redo.run.attempt()).isEqualTo(2);
        assertThat(redones(setup, "worker-lost")).isEqualTo(1);
        setup.slots.complete("a1");
        assertThat(setup.outcome("a1")).isEqualTo("completed");
    }

    @Test
    void anOfferOfTheAvoidedWorkerAloneIsRefused() {
        DispatcherSetup setup = gateway("v", "w");
        setup.submit("a1");
        setup.offer("w");
        setup.slots.fail("a1", Failure.Kind.WORKER_LOST);

        assertThat(setup.offer("w").fate).isEqualTo(REFUSED);
        assertThat(setup.dispatcher.position("a1")).contains(new QueuePosition(Priority.NORMAL, 1));

        setup.dispatcher.cancel("a1");
        assertThat(setup.offer("w").fate).isEqualTo(RELEASED);
    }

    @Test
    void theAvoidedWorkerGetsTheUnitIfNoOtherHasSlots() {
        DispatcherSetup setup = gateway("v", "w");
        setup.submit("a1");
        setup.offer("w");
        setup.slots.fail("a1", Failure.Kind.WORKER_LOST);

        setup.announce("w");

        assertThat(setup.offer("w").fate).isEqualTo(RUN);
    }

    /** Its offers would be refused, and not come again for seconds, while this worker is idle. */
    @Test
    void theAvoidedWorkerGetsTheUnitIfAllOthersAreBusy() {
        DispatcherSetup setup = gateway("v", "w");
        setup.submit("a1");
        setup.offer("w");
        setup.slots.fail("a1", Failure.Kind.WORKER_LOST);

        setup.dispatcher.remote(new RemoteCapacity(Set.of("v", "w"), Set.of("w"), 2, 1, 2, 1));

        assertThat(setup.offer("w").fate).isEqualTo(RUN);
    }

    /** It would fail it again at once, until no attempt is left. */
    @Test
    void aWorkerThatReportedAFailureDoesNotGetTheUnitAlthoughAllOthersAreBusy() {
        DispatcherSetup setup = gateway("v", "w");
        setup.submit("a1");
        setup.offer("w");
        setup.slots.fail("a1", Failure.Kind.WORKER_FAILED);

        setup.dispatcher.remote(new RemoteCapacity(Set.of("v", "w"), Set.of("w"), 2, 1, 2, 1));

        assertThat(setup.offer("w").fate).isEqualTo(REFUSED);
        assertThat(setup.offer("v").fate).isEqualTo(RUN);
        assertThat(redones(setup, "worker-failed")).isEqualTo(1);
    }

    @Test
    void aFreeDeviceOfTheProgramTakesTheLostUnitAtOnce() {
        DispatcherSetup setup = with().workers(1).startGateway("v", "w");
        setup.submit("x1", "a1");
        setup.offer("w");
        setup.slots.complete("x1");

        setup.slots.fail("a1", Failure.Kind.WORKER_LOST);

        assertThat(setup.slots.startsWithDevices()).containsExactly("x1@gpu0", "a1@w", "a1@gpu0");
    }

    @Test
    void aUnitIsLostAtMostThreeTimes() {
        DispatcherSetup setup = gateway("u", "v", "w", "x");
        setup.submit("a1");
        for (String worker : new String[] {"u", "v", "w"}) {
            setup.offer(worker);
            setup.slots.fail("a1", Failure.Kind.WORKER_LOST);
        }

        assertThat(setup.offer("x").fate).isEqualTo(RELEASED);
        assertThat(setup.outcome("a1")).isEqualTo("worker-lost");
        assertThat(setup.slots.startsWithDevices()).containsExactly("a1@u", "a1@v", "a1@w");
        assertThat(redones(setup, "worker-lost")).isEqualTo(2);
    }

    @Test
    void aDurableUnitTooIsLostAtMostThreeTimesHoweverLongItWaits() {
        DispatcherSetup setup = gateway("w");
        setup.submit(Requests.durable("d1"));
        for (int i = 0; i < 3; i++) {
            setup.time.advance(Duration.ofDays(1));
            setup.offer("w");
            setup.slots.fail("d1", Failure.Kind.WORKER_LOST);
        }

        assertThat(setup.outcome("d1")).isEqualTo("worker-lost");
    }

    @Test
    void aUnitIsNotRepeatedAfterItsDeadline() {
        DispatcherSetup setup = gateway("v", "w");
        setup.submit("a1");
        setup.offer("w");
        setup.time.advance(Duration.ofSeconds(30));

        setup.slots.fail("a1", Failure.Kind.WORKER_LOST);

        assertThat(setup.outcome("a1")).isEqualTo("worker-lost");
    }

    @Test
    void aLostUnitWaitsUntilItsDeadlineOnly() {
        DispatcherSetup setup = gateway("v", "w");
        setup.submit("a1");
        setup.time.advance(Duration.ofSeconds(10));
        setup.offer("w");
        setup.slots.fail("a1", Failure.Kind.WORKER_LOST);

        setup.time.advance(Duration.ofSeconds(20));

        assertThat(setup.outcome("a1")).isEqualTo("timeout");
        assertThat(setup.time.pending()).isZero();
    }

    @Test
    void aUnitThatTheDevicesOfAWorkerFailedRunsAtAnotherOne() {
        DispatcherSetup setup = gateway("v", "w");
        setup.submit("a1");
        setup.offer("w");

        setup.slots.fail("a1", Failure.Kind.DEVICE_FAULT);

        assertThat(setup.offer("w").fate).isEqualTo(REFUSED);
        assertThat(setup.offer("v").fate).isEqualTo(RUN);
        assertThat(redones(setup, "device-fault")).isEqualTo(1);
    }

    @Test
    void aFailureThatIsNotTheWorkersIsNotRepeated() {
        DispatcherSetup setup = gateway("v", "w");
        setup.submit("a1", "b1");
        setup.offer("w");
        setup.offer("w");

        setup.slots.fail("a1", Failure.Kind.UNSUPPORTED_MEDIA);
        setup.slots.crash("b1");

        assertThat(setup.outcome("a1")).isEqualTo("unsupported-media");
        assertThat(setup.outcome("b1")).isEqualTo("crash");
        assertThat(setup.dispatcher.snapshot().workers().orElseThrow().running())
                .isZero();
    }

    @Test
    void aUnitThatWasNotStartedIsNotLost() {
        DispatcherSetup setup = gateway("w");
        setup.submit("a1", "b1");
        for (int i = 0; i < 5; i++) {
            assertThat(setup.offer("w").run.request()).isEqualTo("a1");
            setup.slots.fail("a1", Failure.Kind.SLOT_GONE);
        }

        assertThat(setup.offer("w").run.attempt()).isEqualTo(6);
        setup.slots.fail("a1", Failure.Kind.WORKER_LOST);
        assertThat(setup.outcome("a1")).isEqualTo("open");
        assertThat(redones(setup, "slot-gone")).isEqualTo(5);
    }

    @Test
    void aUnitThatWasNotStartedInTimeIsRejected() {
        DispatcherSetup setup = gateway("w");
        setup.submit("a1");
        setup.offer("w");
        setup.time.advance(Duration.ofSeconds(30));

        setup.slots.fail("a1", Failure.Kind.SLOT_GONE);

        assertThat(setup.outcome("a1")).isEqualTo("timeout");
    }

    @Test
    void cancellingStopsARunAtAWorkerAndNothingRepeatsIt() {
        boolean[] stopped = {false};
        DispatcherSetup setup = gateway("v", "w");
        setup.submit("a1");
        setup.offer("w").run.stop().onStop(() -> stopped[0] = true);

        assertThat(setup.dispatcher.cancel("a1")).isTrue();
        assertThat(stopped).containsExactly(true);
        assertThat(setup.outcome("a1")).isEqualTo("open");
        setup.slots.fail("a1", Failure.Kind.WORKER_LOST);

        assertThat(setup.outcome("a1")).isEqualTo("cancelled");
        assertThat(setup.offer("v").fate).isEqualTo(RELEASED);
    }

    @Test
    void aWorkersUnitEndsBeforeTheProgramDoes() throws Exception {
        DispatcherSetup setup = gateway("w");
        setup.submit("a1");
        setup.offer("w");
        FutureTask<Boolean> closing = DispatcherShutdownTest.closing(setup, Duration.ofDays(1));
        assertThat(closing.isDone()).isFalse();

        setup.slots.complete("a1");

        assertThat(closing.get()).isTrue();
        assertThat(setup.outcome("a1")).isEqualTo("completed");
    }

    @Test
    void afterTheGraceTimeAWorkersUnitIsStopped() throws Exception {
        boolean[] stopped = {false};
        DispatcherSetup setup = gateway("w");
        setup.submit("a1");
        setup.offer("w").run.stop().onStop(() -> {
            stopped[0] = true;
            setup.slots.fail("a1", Failure.Kind.STOPPED);
        });

        setup.dispatcher.close(Duration.ZERO);

        assertThat(stopped).containsExactly(true);
        assertThat(setup.outcome("a1")).isEqualTo("shutdown");
    }

    @Test
    void aUnitThatIsLostDuringTheShutdownIsNotRepeated() {
        DispatcherSetup setup = gateway("v", "w");
        setup.submit("a1", "b1");
        setup.submit(Requests.durable("d1"));
        setup.offer("w");
        setup.offer("w");
        setup.offer("w");
        setup.dispatcher.drain();

        setup.slots.fail("a1", Failure.Kind.WORKER_LOST);
        setup.slots.fail("b1", Failure.Kind.SLOT_GONE);
        setup.slots.fail("d1", Failure.Kind.WORKER_LOST);

        assertThat(setup.answered()).containsExactly("a1", "b1", "d1");
        assertThat(setup.outcome("a1")).isEqualTo("shutdown");
        assertThat(setup.outcome("b1")).isEqualTo("shutdown");
        assertThat(setup.outcome("d1")).isEqualTo("shutdown");
        assertThat(setup.offer("v").fate).isEqualTo(RELEASED);
        assertThat(redones(setup, "worker-lost")).isZero();
    }

    private static double redones(DispatcherSetup setup, String reason) {
        return setup.registry
                .get("xg2g.cluster.units.redone")
                .tag("reason", reason)
                .counter()
                .count();
    }
}
