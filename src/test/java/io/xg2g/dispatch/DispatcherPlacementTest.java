package io.xg2g.dispatch;

import static io.xg2g.dispatch.DispatcherSetup.gpu;
import static io.xg2g.dispatch.DispatcherSetup.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.gpu.Device;
import io.xg2g.gpu.GpuLoad;
import io.xg2g.gpu.Vendor;
import org.junit.jupiter.api.Test;

/** Influence of telemetry on the placement of units. */
class DispatcherPlacementTest {

    @Test
    void amongDevicesWithEqualSlotsTheLowerEncoderUtilizationWins() {
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
    void aDeviceWithABusyEncoderGetsNoUnitWhileAnotherHasAFreeSlot() {
        DispatcherSetup setup =
                with().workers(8).devices(gpu("congested", 3), gpu("other", 1)).start();
        setup.loads.put("congested", new GpuLoad(90, 0, true));

        setup.submit("a1", "a2");

        assertThat(setup.slots.startsWithDevices()).containsExactly("a1@other", "a2@congested");
    }

    @Test
    void withoutTelemetryOnlyFreeSlotsDecide() {
        DispatcherSetup setup =
                with().workers(8).devices(gpu("one", 2), gpu("two", 2)).start();

        setup.submit("a1", "a2", "a3");

        assertThat(setup.slots.startsWithDevices()).containsExactly("a1@one", "a2@two", "a3@one");
    }

    @Test
    void aDeviceWithoutSamplesComesAfterItsEqualsAndBeforeABusyOne() {
        DispatcherSetup setup = with().workers(8)
                .devices(gpu("silent", 1), gpu("congested", 1), gpu("known", 1))
                .start();
        setup.loads.put("known", new GpuLoad(70, 0, false));
        setup.loads.put("congested", new GpuLoad(76, 0, true));

        setup.submit("a1", "a2", "a3");

        assertThat(setup.slots.startsWithDevices()).containsExactly("a1@known", "a2@silent", "a3@congested");
    }

    @Test
    void aStreamStaysOnTheVendorOfItsLatestUnit() {
        // Given a stream that started on the larger of two devices, both of which have one free slot now
        DeviceCapacity intel = DispatcherSetup.capacity(new Device("intel", Vendor.INTEL, "intel", 0, ""), 3);
        DispatcherSetup setup =
                with().workers(8).devices(gpu("nvidia", 2), intel).start();
        setup.submit(Requests.ofStream("b1", "show"));
        setup.slots.complete("b1");
        setup.submit("a1", "a2", "a3");

        // When
        setup.submit(Requests.ofStream("b2", "show"));
        setup.submit(Requests.ofStream("b3", "show"));

        // Then it moves only if there is no free slot
        assertThat(setup.slots.startsWithDevices())
                .containsExactly("b1@intel", "a1@intel", "a2@nvidia", "a3@intel", "b2@intel", "b3@nvidia");
    }
}
