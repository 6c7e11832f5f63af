package io.xg2g.dispatch;

import static io.xg2g.dispatch.DispatcherSetup.gpu;
import static io.xg2g.dispatch.DispatcherSetup.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.gpu.GpuLoad;
import org.junit.jupiter.api.Test;

/** What telemetry has to say about where a unit runs: a tie-break, and a reason to go elsewhere. */
class DispatcherSteeringTest {

    @Test
    void ofDevicesWithEqualSlotsTheOneWithTheIdlerEncoderIsNext() {
        DispatcherSetup setup = with().workers(8)
                .devices(gpu("busy", 2), gpu("idle", 2), gpu("large", 2))
                .start();
        setup.loads.put("busy", new GpuLoad(60, 9_000, false));
        setup.loads.put("idle", new GpuLoad(20, 1_000, false));
        setup.loads.put("large", new GpuLoad(20, 5_000, false));

        setup.submit("a1", "a2", "a3", "a4");

        assertThat(setup.slots.startsWithDevices()).containsExactly("a1@large", "a2@idle", "a3@busy", "a4@large");
    }

    @Test
    void aDeviceWithACrowdedEncoderGetsNothingWhileAnotherHasRoom() {
        DispatcherSetup setup =
                with().workers(8).devices(gpu("crowded", 3), gpu("other", 1)).start();
        setup.loads.put("crowded", new GpuLoad(90, 0, true));

        setup.submit("a1", "a2");

        assertThat(setup.slots.startsWithDevices()).containsExactly("a1@other", "a2@crowded");
    }

    @Test
    void withoutTelemetryFreeSlotsDecideAlone() {
        DispatcherSetup setup =
                with().workers(8).devices(gpu("one", 2), gpu("two", 2)).start();

        setup.submit("a1", "a2", "a3");

        assertThat(setup.slots.startsWithDevices()).containsExactly("a1@one", "a2@two", "a3@one");
    }

    @Test
    void aDeviceThatSaysNothingComesAfterItsEqualsThatDoAndBeforeACrowdedOne() {
        DispatcherSetup setup = with().workers(8)
                .devices(gpu("silent", 1), gpu("crowded", 1), gpu("known", 1))
                .start();
        setup.loads.put("known", new GpuLoad(70, 0, false));
        setup.loads.put("crowded", new GpuLoad(76, 0, true));

        setup.submit("a1", "a2", "a3");

        assertThat(setup.slots.startsWithDevices()).containsExactly("a1@known", "a2@silent", "a3@crowded");
    }
}
