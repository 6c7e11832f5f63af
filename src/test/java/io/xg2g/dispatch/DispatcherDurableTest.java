package io.xg2g.dispatch;

import static io.xg2g.dispatch.DispatcherSetup.oneSlot;
import static io.xg2g.dispatch.DispatcherSetup.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.ffmpeg.Failure;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Requests that come from a queue on disk. */
class DispatcherDurableTest {
    private static final Duration ALL = Duration.ofSeconds(30);

    @Test
    void aDurableRequestWaitsAsLongAsItTakesAtItsLevel() {
        // Given
        DispatcherSetup setup = oneSlot();
        setup.submit("x1");
        setup.submit(Requests.durable("d1"));

        // When
        setup.time.advance(Duration.ofDays(1000));

        // Then
        assertThat(setup.dispatcher.position("d1")).contains(new QueuePosition(Priority.NORMAL, 1));
        setup.slots.complete("x1");
        assertThat(setup.slots.running()).containsExactly("d1");
    }

    @Test
    void aDurableRequestThatItsDeviceFailedWaitsForAnotherWithoutADeadline() {
        // Given
        DispatcherSetup setup = with().workers(2)
                .devices(DispatcherSetup.gpu("gpu0", 1), DispatcherSetup.gpu("gpu1", 1))
                .start();
        setup.submit(Requests.durable("d1"));
        setup.submit("x1");

        // When
        setup.slots.fail("d1", Failure.Kind.DEVICE_FAULT);
        assertThat(setup.slots.running()).containsExactly("x1");
        setup.time.advance(ALL.multipliedBy(2));
        setup.slots.complete("x1");

        // Then
        setup.completeAll();
        assertThat(setup.outcome("d1")).isEqualTo("completed");
    }

    @Test
    void theirWaitsAndRejectionsAreNotThoseOfClients() {
        // Given
        DispatcherSetup setup = oneSlot();
        setup.submit(Requests.durable("d1"));
        setup.submit(Requests.durable("e1"));

        // When
        setup.dispatcher.drain();

        // Then
        assertThat(setup.outcome("e1")).isEqualTo("shutdown");
        assertThat(setup.registry.find("xg2g.gpu.queue.rejections").counters().stream()
                        .mapToDouble(counter -> counter.count())
                        .sum())
                .isZero();
        assertThat(setup.registry.find("xg2g.gpu.queue.wait").timers().stream()
                        .mapToLong(timer -> timer.count())
                        .sum())
                .isZero();
    }
}
