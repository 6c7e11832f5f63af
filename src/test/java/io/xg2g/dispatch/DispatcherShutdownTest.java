package io.xg2g.dispatch;

import static io.xg2g.dispatch.DispatcherSetup.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.ffmpeg.Failure;
import io.xg2g.schedule.Patience;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Orderly shutdown of the dispatcher. */
@Timeout(120)
class DispatcherShutdownTest {

    @Test
    void drainingRejectsWaitingAndNewRequestsAndCompletesRunningUnits() {
        DispatcherSetup setup = with().workers(1).start();
        setup.submit("a1", "b1");

        setup.dispatcher.drain();
        setup.submit("c1");

        assertThat(setup.outcome("b1")).isEqualTo("shutdown");
        assertThat(setup.outcome("c1")).isEqualTo("shutdown");
        assertThat(setup.dispatcher.snapshot().accepting()).isFalse();
        setup.slots.complete("a1");
        assertThat(setup.outcome("a1")).isEqualTo("completed");
        assertThat(setup.time.pending()).isZero();
    }

    @Test
    void closingAnIdleDispatcherReturnsAtOnce() throws InterruptedException {
        with().start().dispatcher.close(Duration.ofDays(1));
    }

    @Test
    void closingWaitsForRunningUnitsWithinTheGraceTime() throws Exception {
        DispatcherSetup setup = with().start();
        setup.submit("a1");
        FutureTask<Boolean> closing = closing(setup, Duration.ofDays(1));

        setup.slots.complete("a1");

        assertThat(closing.get()).isTrue();
        assertThat(setup.outcome("a1")).isEqualTo("completed");
    }

    @Test
    void afterTheGraceTimeRunningUnitsAreStoppedAndReported() throws Exception {
        CountDownLatch stopped = new CountDownLatch(1);
        DispatcherSetup setup = with().start();
        setup.submit("a1");
        Thread run = Thread.ofVirtual().start(() -> {
            setup.slots.get("a1").stop().begin();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                stopped.countDown();
            }
        });
        run.getState();

        FutureTask<Boolean> closing = closing(setup, Duration.ZERO);
        stopped.await();
        assertThat(closing.isDone()).isFalse();
        setup.slots.fail("a1", Failure.Kind.STOPPED);

        assertThat(closing.get()).isTrue();
        assertThat(setup.outcome("a1")).isEqualTo("shutdown");
    }

    @Test
    void aUnitWhoseDeviceFaultsWhileClosingIsNotMoved() {
        DispatcherSetup setup = with().devices(DispatcherSetup.gpu("bad", 2), DispatcherSetup.gpu("good", 1))
                .start();
        setup.submit("a1");
        setup.dispatcher.drain();

        setup.slots.fail("a1", Failure.Kind.DEVICE_FAULT);

        assertThat(setup.outcome("a1")).isEqualTo("device-fault");
    }

    @Test
    void aBrokenDeviceIsNotProbedAfterTheEnd() throws Exception {
        DispatcherSetup setup = with().devices(DispatcherSetup.gpu("bad", 1)).start();
        setup.submit("a1");
        setup.slots.fail("a1", Failure.Kind.DEVICE_FAULT);

        setup.dispatcher.close(Duration.ZERO);
        setup.time.advance(DeviceRecovery.LAST_PROBE);

        assertThat(setup.probed).isEmpty();
    }

    @Test
    void closingReturnsAfterTheLastResultWasDelivered() throws Exception {
        // Given a client that is slow to take its result
        DispatcherSetup setup = with().start();
        CountDownLatch answering = new CountDownLatch(1);
        CountDownLatch answered = new CountDownLatch(1);
        setup.dispatcher.submit(Requests.normal("a1")).subscribe().with(_ -> {
            answering.countDown();
            await(answered);
        });
        Thread.ofVirtual().start(() -> setup.slots.complete("a1"));
        answering.await();

        FutureTask<Boolean> closing = closing(setup, Duration.ofDays(1));

        assertThat(setup.dispatcher.snapshot().running()).isZero();
        assertThat(closing.isDone()).isFalse();
        answered.countDown();
        assertThat(closing.get()).isTrue();
    }

    /** Closes on a separate thread, and returns when that thread waits or is done. */
    static FutureTask<Boolean> closing(DispatcherSetup setup, Duration grace) throws InterruptedException {
        FutureTask<Boolean> closing = new FutureTask<>(() -> {
            setup.dispatcher.close(grace);
            return true;
        });
        Thread thread = Thread.ofPlatform().daemon().start(closing);
        while (thread.getState() != Thread.State.WAITING
                && thread.getState() != Thread.State.TIMED_WAITING
                && thread.getState() != Thread.State.TERMINATED) {
            Thread.onSpinWait();
        }
        return closing;
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(Patience.seconds(20).toSeconds(), TimeUnit.SECONDS))
                    .isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
