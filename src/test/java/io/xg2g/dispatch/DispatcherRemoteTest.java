package io.xg2g.dispatch;

import static io.xg2g.dispatch.DispatcherSetup.gateway;
import static io.xg2g.dispatch.DispatcherSetup.gpu;
import static io.xg2g.dispatch.DispatcherSetup.software;
import static io.xg2g.dispatch.DispatcherSetup.with;
import static io.xg2g.dispatch.ManualRemoteSlot.Fate.OFFERED;
import static io.xg2g.dispatch.ManualRemoteSlot.Fate.REFUSED;
import static io.xg2g.dispatch.ManualRemoteSlot.Fate.RELEASED;
import static io.xg2g.dispatch.ManualRemoteSlot.Fate.RUN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.xg2g.dispatch.TranscodeRequest.DueTime;
import io.xg2g.ffmpeg.Failure;
import io.xg2g.gpu.Vendor;
import io.xg2g.process.ProcessPriority;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Slots of workers that are offered: which request gets one, and what else may happen to it. */
class DispatcherRemoteTest {
    private static final Duration ALL = Duration.ofSeconds(30);

    @Test
    void aSlotThatNobodyWaitsForIsReleased() {
        assertThat(gateway("w").offer("w").fate).isEqualTo(RELEASED);
    }

    @Test
    void anExpiredOfferIsReleasedAlsoIfARequestWaits() {
        DispatcherSetup setup = gateway("w");
        setup.submit("a1");
        ManualRemoteSlot late = new ManualRemoteSlot("w", Vendor.NVIDIA, setup.slots, true);

        setup.dispatcher.offer(late);

        assertThat(late.fate).isEqualTo(RELEASED);
        assertThat(setup.slots.running()).isEmpty();
    }

    @Test
    void withoutADeviceRequestsWaitForAWorkerUntilTheirDeadline() {
        DispatcherSetup setup = gateway();
        setup.submit("a1", "b1");
        assertThat(setup.dispatcher.unavailable()).isEmpty();

        setup.announce("w");
        assertThat(setup.offer("w").fate).isEqualTo(RUN);
        setup.slots.complete("a1");
        setup.time.advance(ALL);

        assertThat(setup.outcome("a1")).isEqualTo("completed");
        assertThat(setup.answer("a1")).extracting("device").isEqualTo("w");
        assertThat(setup.outcome("b1")).isEqualTo("timeout");
    }

    @Test
    void theNextRequestInTheOrderOfTheQueueGetsTheSlot() {
        DispatcherSetup setup = gateway("w");
        setup.preview("p1");
        setup.submit("a1", "a2", "b1");
        live(setup, "x1", 9, false);
        live(setup, "y1", 5, true);
        live(setup, "y2", 8, true);

        for (int i = 0; i < 7; i++) {
            setup.offer("w");
        }

        assertThat(setup.slots.starts()).containsExactly("y1", "y2", "x1", "a1", "b1", "a2", "p1");
    }

    @Test
    void aRequestWhoseDeadlineIsOverDoesNotGetTheSlot() {
        DispatcherSetup setup = with().devices().maxWait(Duration.ofSeconds(3)).startGateway("w");
        setup.submit(Requests.scheduled(
                "x1",
                "tv",
                Priority.NORMAL,
                Duration.ofSeconds(2),
                new DueTime(setup.time.nanoTime(), setup.time.nanoTime() + 1, false)));
        setup.time.advance(Duration.ofSeconds(1));

        assertThat(setup.offer("w").fate).isEqualTo(RELEASED);
        assertThat(setup.outcome("x1")).isEqualTo("timeout");
    }

    @Test
    void theDemandIsToldAfterEachChangeOfIt() {
        DispatcherSetup setup = gateway("w");
        setup.submit("a1", "b1");
        setup.preview("p1");
        setup.offer("w");
        setup.dispatcher.cancel("p1");
        setup.slots.complete("a1");
        setup.dispatcher.drain();

        assertThat(setup.demand)
                .containsExactly(
                        List.of(0, 0, 0),
                        List.of(0, 1, 0),
                        List.of(0, 2, 0),
                        List.of(1, 2, 0),
                        List.of(1, 1, 0),
                        List.of(0, 1, 0),
                        List.of(0, 0, 0));
        assertThatThrownBy(() -> setup.dispatcher.remote(_ -> {})).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aFreeDeviceOfTheProgramIsUsedBeforeAWorker() {
        DispatcherSetup setup = with().workers(1).startGateway("w");
        setup.submit("x1", "a1");

        setup.slots.complete("x1");

        assertThat(setup.slots.startsWithDevices()).containsExactly("x1@gpu0", "a1@gpu0");
        assertThat(setup.offer("w").fate).isEqualTo(RELEASED);
        assertThat(setup.demand.getLast()).containsExactly(0, 0, 0);
    }

    @Test
    void aUnitThatADeviceFailedGoesToAWorker() {
        DispatcherSetup setup = with().workers(1).startGateway("w");
        setup.submit("a1");

        setup.slots.fail("a1", Failure.Kind.DEVICE_FAULT);
        setup.submit("b1");
        setup.offer("w");

        assertThat(setup.slots.startsWithDevices()).containsExactly("a1@gpu0", "a1@w");
        assertThat(setup.outcome("b1")).isEqualTo("open");
    }

    @Test
    void theProcessorOfAGatewayIsUsedOnlyIfThatIsDemanded() {
        DispatcherSetup auto = with().devices(software(2)).startGateway("w");
        DispatcherSetup only =
                with().devices(software(2)).software(SoftwareConfig.Policy.ONLY).startGateway("w");

        auto.submit("a1");
        only.submit("a1");

        assertThat(auto.slots.running()).isEmpty();
        assertThat(auto.dispatcher.snapshot().slots()).isZero();
        assertThat(only.slots.running()).containsExactly("a1");
    }

    @Test
    void theRunHasThePriorityAndTheProgressOfTheRequest() {
        double[] progress = {0};
        DispatcherSetup setup = gateway("w");
        setup.submit(Requests.heardBy(
                new TranscodeRequest.Listener() {
                    @Override
                    public void progressed(double share) {
                        progress[0] = share;
                    }
                },
                "p1",
                null,
                Priority.PREVIEW));
        live(setup, "x1", 1, false);

        ManualRemoteSlot first = setup.offer("w");
        ManualRemoteSlot second = setup.offer("w");
        setup.slots.get("p1").progress().accept(0.5);

        assertThat(first.run.request()).isEqualTo("x1");
        assertThat(first.run.attempt()).isEqualTo(1);
        assertThat(first.run.priority()).isEqualTo(ProcessPriority.LIVE);
        assertThat(second.run.priority()).isEqualTo(ProcessPriority.PREVIEW);
        assertThat(progress).containsExactly(0.5);
    }

    @Test
    void aWorkerRunsAUnitAtThePriorityThatItsGatewayDecided() {
        DispatcherSetup worker = with().start();
        TranscodeRequest asked = Requests.preview("p1");

        worker.submit(new TranscodeRequest(
                asked.id(),
                asked.client(),
                null,
                asked.priority(),
                asked.unit(),
                asked.listener(),
                null,
                false,
                ProcessPriority.LIVE));

        assertThat(worker.slots.get("p1").priority()).isEqualTo(ProcessPriority.LIVE);
    }

    @Test
    void aStreamWhoseUnitRanAtAWorkerIsActive() {
        DispatcherSetup setup = gateway("w");
        setup.submit(Requests.ofStream("a1", "film"));
        setup.offer("w");
        setup.slots.complete("a1");

        setup.submit("b1");
        setup.submit(Requests.ofStream("a2", "film"));
        setup.offer("w");

        assertThat(setup.slots.starts()).containsExactly("a1", "a2");
        assertThat(setup.dispatcher.snapshot().activeStreams()).isEqualTo(1);
    }

    @Test
    void aStreamStaysWithTheVendorThatRanItsUnitAtAWorker() {
        DispatcherSetup setup = with().devices(
                        DispatcherSetup.capacity(new io.xg2g.gpu.Device("intel", Vendor.INTEL, "", 0, ""), 8),
                        gpu("nvidia", 1))
                .workers(1)
                .startGateway("w");
        setup.submit("x1");
        setup.submit(Requests.ofStream("a1", "film"));
        setup.offer("w");
        setup.slots.complete("a1");
        setup.slots.complete("x1");

        setup.submit(Requests.ofStream("a2", "film"));

        assertThat(setup.slots.startsWithDevices()).containsExactly("x1@intel", "a1@w", "a2@nvidia");
    }

    @Test
    void eachSlotIsCountedByTheProgramThatHasIt() {
        DispatcherSetup setup = with().workers(1).startGateway("v", "w");
        setup.submit("a1", "b1", "c1");
        setup.offer("w");

        QueueSnapshot now = setup.dispatcher.snapshot();

        assertThat(setup.gauge("xg2g.gpu.active.workers")).isEqualTo(1);
        assertThat(setup.gauge("xg2g.gpu.slots")).isEqualTo(1);
        assertThat(now.workers()).contains(new QueueSnapshot.WorkerLoad(2, 1));
        assertThat(now.demand()).isEqualTo(2);
        setup.slots.complete("b1");
        assertThat(setup.dispatcher.snapshot().workers()).contains(new QueueSnapshot.WorkerLoad(2, 0));
        assertThat(setup.registry.find("xg2g.transcode.latency").timers().stream()
                        .mapToLong(timer -> timer.count())
                        .sum())
                .isZero();
    }

    @Test
    void channelsPlanWithTheShareOfTheWorkersSpeedAlsoDuringAnOutage() {
        DispatcherSetup setup = gateway();
        assertThat(setup.dispatcher.speed()).isZero();

        setup.dispatcher.remote(new RemoteCapacity(Set.of("w"), Set.of("w"), 8, 3, 12, 0.25));
        assertThat(setup.dispatcher.speed()).isCloseTo(3, within(1e-9));
        assertThat(setup.dispatcher.encodesOnProcessor()).isFalse();
        setup.dispatcher.remote(RemoteCapacity.NONE);

        assertThat(setup.dispatcher.speed()).isCloseTo(3, within(1e-9));
    }

    @Test
    void theExpectedWaitIsThatOfTheShareOfTheWorkers() {
        DispatcherSetup setup = gateway();
        setup.dispatcher.remote(new RemoteCapacity(Set.of("w"), Set.of("w"), 8, 3, 12, 0.25));
        assertThat(setup.dispatcher.snapshot().expectedWait()).isZero();

        setup.dispatcher.remote(new RemoteCapacity(Set.of("w"), Set.of("w"), 8, 8, 12, 0.25));
        setup.submit("a1");

        // Two seconds for a unit, two of them, on two slots.
        assertThat(setup.dispatcher.snapshot().expectedWait()).isEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void asManyRequestsMayBeInPreparationAsCanWaitOrStartAtAWorker() {
        DispatcherSetup setup = with().devices().size(1).startGateway("v", "w");

        assertThat(setup.dispatcher.refusal("a", null, Priority.NORMAL, 3)).isEmpty();
        assertThat(setup.dispatcher.refusal("a", null, Priority.NORMAL, 4)).isPresent();
    }

    @Test
    void durableRequestsHaveTheSlotsOfTheWorkersButHalfOfTheQueueAtMost() {
        DispatcherSetup setup = with().workers(1).size(10).startGateway("v", "w");
        assertThat(setup.dispatcher.snapshot().durableRoom()).isEqualTo(3);

        setup.dispatcher.remote(new RemoteCapacity(Set.of("w"), Set.of("w"), 4_000, 0, 12, 1));

        assertThat(setup.dispatcher.snapshot().durableRoom()).isEqualTo(6);
    }

    @Test
    void anOfferIsAnsweredByTheTimeThatTheMethodReturns() {
        DispatcherSetup setup = gateway("w");
        setup.submit("a1");

        assertThat(List.of(setup.offer("w").fate, setup.offer("w").fate)).doesNotContain(OFFERED, REFUSED);
    }

    private static void live(DispatcherSetup setup, String id, int dueSeconds, boolean opening) {
        long now = setup.time.nanoTime();
        setup.submit(Requests.scheduled(
                id,
                Requests.client(id),
                Priority.NORMAL,
                Duration.ofSeconds(2),
                new DueTime(
                        now + Duration.ofSeconds(dueSeconds).toNanos(),
                        now + Duration.ofSeconds(20).toNanos(),
                        opening)));
    }
}
