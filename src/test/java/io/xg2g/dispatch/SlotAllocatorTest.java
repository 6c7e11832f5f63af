package io.xg2g.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.xg2g.ffmpeg.Codec;
import io.xg2g.ffmpeg.DeviceReport;
import io.xg2g.gpu.Device;
import io.xg2g.gpu.Vendor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Number of slots of a device: as configured, or as measured. */
class SlotAllocatorTest {
    private static final Device GPU = new Device("gpu", Vendor.NVIDIA, "gpu", 0, "");

    @Test
    void theCpuHasItsMeasuredSlotsAndAsManyForLiveWindows() {
        assertThat(plan(Map.of(), Device.SOFTWARE, 1.9, 0)).isEqualTo("1+1");
        assertThat(plan(Map.of(), Device.SOFTWARE, 2.9, 0)).isEqualTo("2+2");
        assertThat(plan(Map.of(), Device.SOFTWARE, 0.4, 0)).isEqualTo("1+1");
    }

    @Test
    void theTotalNeverExceedsTheWorkers() {
        assertThat(plan(Map.of(), Device.SOFTWARE, 30, 0)).isEqualTo("2+2");
        assertThat(plan(Map.of("xg2g.gpu.queue.workers", "auto"), Device.SOFTWARE, 30, 0))
                .isEqualTo("30+30");
        assertThat(plan(Map.of("xg2g.gpu.queue.workers", "auto"), Device.SOFTWARE, 60, 0))
                .isEqualTo("32+32");
        assertThat(plan(Map.of("xg2g.gpu.queue.workers", "1"), Device.SOFTWARE, 30, 0))
                .isEqualTo("1+0");
    }

    @Test
    void aConfiguredNumberIsUsed() {
        assertThat(plan(Map.of("xg2g.gpu.software.slots", "7"), Device.SOFTWARE, 1, 0))
                .isEqualTo("7+0");
        assertThat(plan(Map.of("xg2g.gpu.queue.workers", "6"), GPU, 1, 0)).isEqualTo("6+0");
    }

    @Test
    void aGpuHasTheWorkersOrItsMeasuredSlotsWithinItsSessionLimit() {
        assertThat(plan(Map.of(), GPU, 20, 0)).isEqualTo("4+0");
        assertThat(plan(Map.of("xg2g.gpu.queue.workers", "auto"), GPU, 20.5, 0)).isEqualTo("20+0");
        assertThat(plan(Map.of(), GPU, 20, 3)).isEqualTo("1+0");
        assertThat(plan(Map.of(), GPU, 20, 2)).isEqualTo("1+0");
    }

    @Test
    void aWorkersProcessorHasOnlySlotsForUnitsOfAnyKind() {
        Map<String, String> auto = Map.of("xg2g.gpu.queue.workers", "auto");
        assertThat(plan(auto, Device.SOFTWARE, 30, 0, false)).isEqualTo("30+0");
        assertThat(plan(Map.of(), Device.SOFTWARE, 30, 0, false)).isEqualTo("4+0");
        assertThat(plan(Map.of(), Device.SOFTWARE, 0.3, 0, false)).isEqualTo("1+0");
    }

    private static String plan(Map<String, String> configured, Device device, double speed, int sessions) {
        return plan(configured, device, speed, sessions, true);
    }

    private static String plan(
            Map<String, String> configured, Device device, double speed, int sessions, boolean dueSlots) {
        SmallRyeConfig config = new SmallRyeConfigBuilder()
                .addDiscoveredConverters()
                .withMapping(QueueConfig.class)
                .withMapping(SoftwareConfig.class)
                .withDefaultValues(configured)
                .build();
        DeviceReport report = new DeviceReport(
                device, Map.of(Codec.H264, new DeviceReport.EncoderReport("h264_x", speed)), Map.of(), sessions);
        DeviceCapacity slots = new SlotAllocator(
                        config.getConfigMapping(QueueConfig.class), config.getConfigMapping(SoftwareConfig.class))
                .slots(List.of(report), dueSlots)
                .getFirst();
        assertThat(slots.speed()).isEqualTo(speed);
        return slots.slots() + "+" + slots.dueSlots();
    }
}
