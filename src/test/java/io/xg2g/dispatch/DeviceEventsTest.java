package io.xg2g.dispatch;

import static io.xg2g.dispatch.DispatcherSetup.gpu;
import static io.xg2g.dispatch.DispatcherSetup.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.events.Event;
import io.xg2g.ffmpeg.Failure;
import org.junit.jupiter.api.Test;

/** Operators learn from events which devices are out of service. */
class DeviceEventsTest {
    @Test
    void aDeviceThatFailsAndIsRestoredIsAnEventEachTime() {
        DispatcherSetup setup = with().devices(gpu("bad", 2), gpu("good", 1)).start();
        setup.submit("a1");
        setup.slots.fail("a1", Failure.Kind.DEVICE_FAULT);

        assertThat(setup.events).extracting(Event::type).containsExactly("device.disabled");
        assertThat(setup.events.getFirst().details()).containsEntry("reason", Failure.Kind.DEVICE_FAULT.code());

        setup.time.advance(DeviceRecovery.FIRST_PROBE);

        assertThat(setup.events).extracting(Event::type).containsExactly("device.disabled", "device.restored");
        assertThat(setup.events).extracting(Event::subject).containsOnly("bad");
    }

    @Test
    void aDeviceThatIsOnlyFullIsNone() {
        DispatcherSetup setup = with().devices(gpu("full", 2), gpu("good", 1)).start();
        setup.submit("a1", "b1");
        setup.slots.fail("a1", Failure.Kind.DEVICE_CAPACITY);

        assertThat(setup.events).isEmpty();
    }
}
