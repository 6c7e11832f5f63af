package io.xg2g.dispatch;

import static io.xg2g.dispatch.DispatcherSetup.gpu;
import static io.xg2g.dispatch.DispatcherSetup.software;
import static io.xg2g.dispatch.DispatcherSetup.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.xg2g.dispatch.SoftwareConfig.Policy;
import io.xg2g.ffmpeg.Failure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Placement of units on devices, and device failures. */
class DispatcherDevicesTest {

    @Test
    @Timeout(60)
    void logMessagesAndMetricsAreWrittenWithoutTheLock() {
        DispatcherSetup setup = with().devices(gpu("gpu0", 1)).start();
        List<String> events = new ArrayList<>();
        Consumer<String> recordWithoutLock = event -> {
            // Deadlocks if the calling thread holds the lock.
            Thread reader = Thread.ofVirtual().start(setup.dispatcher::snapshot);
            assertThatCode(reader::join).doesNotThrowAnyException();
            events.add(event);
        };
        setup.registry.config().onMeterAdded(meter -> recordWithoutLock.accept("metric"));
        Logger log = Logger.getLogger(DeviceRecovery.class.getName());
        Handler handler = new LogEvents(recordWithoutLock);
        log.addHandler(handler);
        try {
            setup.submit("a1");
            setup.slots.fail("a1", Failure.Kind.DEVICE_FAULT);
        } finally {
            log.removeHandler(handler);
        }

        assertThat(setup.outcome("a1")).isEqualTo(Failure.Kind.DEVICE_FAULT.code());
        assertThat(events).contains("log");
    }

    private static final class LogEvents extends Handler {
        private final Consumer<String> events;

        LogEvents(Consumer<String> events) {
            this.events = events;
        }

        @Override
        public void publish(LogRecord entry) {
            events.accept("log");
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }

    @Test
    void aUnitGoesToTheDeviceWithTheMostFreeSlots() {
        DispatcherSetup setup =
                with().workers(8).devices(gpu("small", 1), gpu("big", 3)).start();

        setup.submit("a1", "a2", "a3", "a4", "a5");

        assertThat(device(setup, "a1")).isEqualTo("big");
        assertThat(device(setup, "a2")).isEqualTo("big");
        assertThat(device(setup, "a3")).isEqualTo("small");
        assertThat(device(setup, "a4")).isEqualTo("big");
        assertThat(setup.slots.running()).hasSize(4);
        assertThat(setup.dispatcher.snapshot().slots()).isEqualTo(4);
    }

    @Test
    void noMoreThanTheWorkersRunHoweverManySlotsTheDevicesHave() {
        DispatcherSetup setup =
                with().workers(3).devices(gpu("one", 4), gpu("two", 4)).start();

        setup.submit("a1", "a2", "a3", "a4");

        assertThat(setup.slots.running()).hasSize(3);
        assertThat(setup.dispatcher.snapshot().slots()).isEqualTo(3);
    }

    @Test
    void requestsBeforeTheProbeWaitForIt() {
        DispatcherSetup setup = with().beforeTheProbe();
        setup.submit("a1");
        assertThat(setup.dispatcher.position("a1")).isPresent();

        setup.dispatcher.install(List.of(gpu("gpu0", 1)));

        assertThat(setup.slots.running()).containsExactly("a1");
    }

    @Test
    void withoutAnyDeviceEverythingIsRejected() {
        DispatcherSetup setup = with().beforeTheProbe();
        setup.submit("a1");

        setup.dispatcher.install(List.of());
        setup.submit("a2");

        assertThat(setup.outcome("a1")).isEqualTo("no-device");
        assertThat(setup.outcome("a2")).isEqualTo("no-device");
    }

    @Test
    void aUnitMovesFromAFaultingDeviceToTheNext() {
        DispatcherSetup setup = with().devices(gpu("bad", 2), gpu("good", 1)).start();
        setup.submit("a1");

        setup.slots.fail("a1", Failure.Kind.DEVICE_FAULT);

        assertThat(device(setup, "a1")).isEqualTo("good");
        setup.slots.complete("a1");
        assertThat(setup.outcome("a1")).isEqualTo("completed");
    }

    @Test
    void aMovedUnitIsFirstInTheQueueOfABusyDevice() {
        DispatcherSetup setup = with().devices(gpu("bad", 2), gpu("good", 1)).start();
        setup.submit("a1", "b1", "c1", "d1", "e1");
        assertThat(device(setup, "b1")).isEqualTo("bad");
        assertThat(device(setup, "c1")).isEqualTo("good");

        setup.slots.fail("a1", Failure.Kind.DEVICE_FAULT);
        setup.slots.fail("b1", Failure.Kind.DEVICE_FAULT);
        assertThat(setup.slots.running()).containsExactly("c1");
        setup.slots.complete("c1");

        assertThat(setup.slots.running()).containsExactly("a1");
        setup.completeAll();
        assertThat(setup.slots.starts()).containsExactly("a1", "b1", "c1", "a1", "b1", "d1", "e1");
    }

    @Test
    void movedUnitsOfOneClientKeepTheirOrderAndPosition() {
        DispatcherSetup setup = with().devices(gpu("bad", 2), gpu("good", 1)).start();
        setup.submit("a1", "a2", "x1", "b1");

        setup.slots.fail("a2", Failure.Kind.DEVICE_FAULT);
        setup.slots.fail("a1", Failure.Kind.DEVICE_FAULT);

        assertThat(setup.dispatcher.position("a1")).contains(new QueuePosition(Priority.NORMAL, 1));
        assertThat(setup.dispatcher.position("a2")).contains(new QueuePosition(Priority.NORMAL, 2));
        assertThat(setup.dispatcher.position("b1")).contains(new QueuePosition(Priority.NORMAL, 3));
        setup.dispatcher.cancel("a1");
        setup.completeAll();
        assertThat(setup.slots.starts()).containsExactly("a1", "a2", "x1", "a2", "b1");
    }

    @Test
    void aUnitThatWasMovedKeepsItsDeadline() {
        DispatcherSetup setup = with().devices(gpu("bad", 2), gpu("good", 1)).start();
        setup.submit("a1", "b1", "c1");
        setup.time.advance(Duration.ofSeconds(29));

        setup.slots.fail("a1", Failure.Kind.DEVICE_FAULT);
        setup.time.advance(Duration.ofSeconds(1));

        assertThat(setup.outcome("a1")).isEqualTo("timeout");
    }

    @Test
    void aUnitIsNotMovedBeyondItsDeadline() {
        DispatcherSetup setup = with().devices(gpu("bad", 2), gpu("good", 1)).start();
        setup.submit("a1");
        setup.time.advance(Duration.ofSeconds(30));

        setup.slots.fail("a1", Failure.Kind.DEVICE_FAULT);

        assertThat(setup.outcome("a1")).isEqualTo("device-fault");
    }

    @Test
    void aUnitThatFailedOnEveryDeviceHasFailed() {
        DispatcherSetup setup = with().devices(gpu("one", 1), gpu("two", 1)).start();
        setup.submit("a1");

        setup.slots.fail("a1", Failure.Kind.DEVICE_FAULT);
        setup.slots.fail("a1", Failure.Kind.DEVICE_FAULT);

        assertThat(setup.outcome("a1")).isEqualTo("device-fault");
        assertThat(setup.slots.running()).isEmpty();
    }

    @Test
    void waitingRequestsAreRejectedAtOnceWhenTheLastDeviceIsLost() {
        DispatcherSetup setup = with().devices(gpu("gpu0", 1)).start();
        setup.submit("a1", "b1");

        setup.slots.fail("a1", Failure.Kind.DEVICE_FAULT);

        assertThat(setup.outcome("b1")).isEqualTo("no-device");
        setup.submit("c1");
        assertThat(setup.outcome("c1")).isEqualTo("no-device");
    }

    @Test
    void otherFailuresDoNotConcernTheDevice() {
        DispatcherSetup setup = with().devices(gpu("one", 2), gpu("two", 1)).start();
        setup.submit("a1");

        setup.slots.fail("a1", Failure.Kind.UNSUPPORTED_MEDIA);

        assertThat(setup.outcome("a1")).isEqualTo("unsupported-media");
        assertThat(setup.dispatcher.snapshot().devices()).allMatch(QueueSnapshot.DeviceLoad::healthy);
    }

    @Test
    void aFaultingDeviceGetsNothingUntilItsProbePasses() {
        DispatcherSetup setup = with().devices(gpu("bad", 2), gpu("good", 1)).start();
        setup.probes.put("bad", false);
        setup.submit("a1");
        setup.slots.fail("a1", Failure.Kind.DEVICE_FAULT);
        setup.submit("b1");
        assertThat(setup.slots.running()).containsExactly("a1");

        setup.dispatcher.cancel("b1");

        setup.time.advance(Duration.ofSeconds(30));
        assertThat(setup.probed).containsExactly("bad");
        setup.probes.put("bad", true);
        setup.time.advance(Duration.ofSeconds(59));
        setup.submit("c1");
        assertThat(setup.slots.running()).containsExactly("a1");
        setup.time.advance(Duration.ofSeconds(1));

        assertThat(setup.probed).containsExactly("bad", "bad");
        assertThat(device(setup, "c1")).isEqualTo("bad");
        assertThat(setup.dispatcher.snapshot().slots()).isEqualTo(3);
    }

    @Test
    void aBrokenDeviceIsProbedWithBackoffWithoutEnd() {
        DispatcherSetup setup = with().devices(gpu("bad", 2), gpu("good", 1)).start();
        setup.probes.put("bad", false);
        setup.submit("a1");
        setup.slots.fail("a1", Failure.Kind.DEVICE_FAULT);

        setup.time.advance(Duration.ofSeconds(30 + 60 + 120 + 240));
        assertThat(setup.probed).hasSize(4);
        setup.time.advance(Duration.ofMinutes(50));

        assertThat(setup.probed).hasSize(14);
    }

    @Test
    void aDeviceWithoutCapacityGetsNoMoreUnitsThanItRunsForAWhile() {
        DispatcherSetup setup = with().devices(gpu("gpu0", 3)).start();
        setup.submit("a1", "b1", "c1", "d1");

        setup.slots.fail("c1", Failure.Kind.DEVICE_CAPACITY);

        assertThat(setup.slots.running()).containsExactly("a1", "b1");
        assertThat(setup.dispatcher.snapshot().slots()).isEqualTo(2);
        setup.slots.complete("a1");
        assertThat(setup.slots.running()).containsExactly("b1", "c1");
        setup.time.advance(Duration.ofSeconds(10));
        assertThat(setup.slots.running()).containsExactly("b1", "c1", "d1");
    }

    @Test
    void aUnitThatADeviceHasNoCapacityForMovesToAnother() {
        DispatcherSetup setup = with().devices(gpu("full", 3), gpu("other", 1)).start();
        setup.submit("a1", "b1");
        assertThat(device(setup, "b1")).isEqualTo("full");

        setup.slots.fail("b1", Failure.Kind.DEVICE_CAPACITY);

        assertThat(device(setup, "b1")).isEqualTo("other");
    }

    @Test
    void aDeviceWithoutCapacityForItsOnlyUnitIsTakenOutOfService() {
        DispatcherSetup setup = with().devices(gpu("taken", 3), gpu("other", 1)).start();
        setup.submit("a1");

        setup.slots.fail("a1", Failure.Kind.DEVICE_CAPACITY);

        assertThat(device(setup, "a1")).isEqualTo("other");
        assertThat(setup.dispatcher.snapshot().slots()).isEqualTo(1);
    }

    @Test
    void theEndOfACapacityShortageDoesNotRestoreADeviceThatFaultedMeanwhile() {
        DispatcherSetup setup = with().devices(gpu("bad", 3), gpu("good", 1)).start();
        setup.submit("a1", "b1");
        setup.slots.fail("b1", Failure.Kind.DEVICE_CAPACITY);
        setup.slots.fail("a1", Failure.Kind.DEVICE_FAULT);

        setup.time.advance(Duration.ofSeconds(10));

        assertThat(setup.dispatcher.snapshot().slots()).isEqualTo(1);
        assertThat(setup.slots.running()).containsExactly("b1");
    }

    @Test
    void softwareTakesOverOnlyWhenNoGpuIsHealthy() {
        DispatcherSetup setup = with().devices(gpu("gpu0", 1), software(2)).start();
        setup.submit("a1", "b1");
        assertThat(setup.slots.running()).containsExactly("a1");

        setup.slots.fail("a1", Failure.Kind.DEVICE_FAULT);

        assertThat(device(setup, "a1")).isEqualTo("software");
        assertThat(device(setup, "b1")).isEqualTo("software");
        setup.completeAll();
        setup.time.advance(Duration.ofSeconds(30));
        setup.submit("c1");
        assertThat(device(setup, "c1")).isEqualTo("gpu0");
    }

    @Test
    void softwareIsNotUsedIfThePolicyForbidsIt() {
        DispatcherSetup setup = with().software(Policy.NEVER)
                .devices(gpu("gpu0", 1), software(2))
                .start();
        setup.submit("a1");

        setup.slots.fail("a1", Failure.Kind.DEVICE_FAULT);

        assertThat(setup.outcome("a1")).isEqualTo("device-fault");
        setup.submit("b1");
        assertThat(setup.outcome("b1")).isEqualTo("no-device");
    }

    @Test
    void gpusAreNotUsedIfThePolicyIsSoftwareOnly() {
        DispatcherSetup setup = with().software(Policy.ONLY)
                .devices(gpu("gpu0", 4), software(1))
                .start();

        setup.submit("a1", "b1");

        assertThat(device(setup, "a1")).isEqualTo("software");
        assertThat(setup.slots.running()).containsExactly("a1");
    }

    @Test
    void anErrorOfASlotFailsItsUnitAndReleasesTheSlot() {
        DispatcherSetup setup = with().workers(1).start();
        setup.submit("a1", "b1");

        setup.slots.crash("a1");

        assertThat(setup.outcome("a1")).isEqualTo("crash");
        assertThat(setup.slots.running()).containsExactly("b1");
    }

    @Test
    void aListenerThatThrowsDoesNotAffectOthers() {
        DispatcherSetup setup = with().workers(1).start();
        TranscodeRequest.Listener thrower = new TranscodeRequest.Listener() {
            @Override
            public void started(String device) {
                throw new IllegalStateException("listener");
            }
        };

        setup.submit(Requests.heardBy(thrower, "a1", null, Priority.NORMAL));
        setup.submit("b1");

        assertThat(setup.outcome("a1")).isEqualTo("crash");
        assertThat(setup.slots.running()).containsExactly("b1");
    }

    @Test
    void aFullQueueStaysBoundedWhileAMovedUnitWaitsInIt() {
        // Given a queue that is over its capacity because of a moved unit
        DispatcherSetup setup =
                with().size(2).devices(gpu("bad", 2), gpu("good", 1)).start();
        setup.submit("a1", "b1", "c1", "d1", "e1");
        setup.slots.fail("a1", Failure.Kind.DEVICE_FAULT);
        assertThat(setup.dispatcher.snapshot().waitingTotal()).isEqualTo(3);

        // When more requests arrive
        setup.submit("f1", "g1", "h1");

        assertThat(setup.dispatcher.snapshot().waitingTotal()).isEqualTo(3);
        assertThat(setup.outcome("h1")).isEqualTo("full");
    }

    private static String device(DispatcherSetup setup, String id) {
        return setup.slots.get(id).device().id();
    }
}
