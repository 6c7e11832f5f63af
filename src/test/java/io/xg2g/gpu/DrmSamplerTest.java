package io.xg2g.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** DRM sampling with trees of {@code /proc} and {@code /sys} of i915, xe and amdgpu. */
class DrmSamplerTest {
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-01-02T03:04:05Z"), ZoneOffset.UTC);
    private static final String PCI = "0000:03:00.0";
    private static final String OTHER_PCI = "0000:04:00.0";
    private static final String INTEL = "0x8086";
    private static final String AMD = "0x1002";
    private static final long SECOND = 1_000_000_000;

    @TempDir
    Path root;

    private final AtomicLong nanos = new AtomicLong(77 * SECOND);
    private DrmTree tree;
    private DrmSampler sampler;

    @BeforeEach
    void anEmptyMachine() {
        tree = new DrmTree(root);
        sampler = new DrmSampler(root, new DeviceDiscovery(root, null), "host1", CLOCK, nanos::get);
    }

    @Test
    void withoutDevicesThereAreNoSamples() {
        assertThat(sampler.sample()).isEqualTo(SamplerResult.EMPTY);
    }

    @Test
    void i915IsMeasuredByTheBusyTimeOfItsClients() {
        tree.device("renderD128", "card0", PCI, "i915", INTEL);
        tree.sysfs(PCI, "drm/card0/gt_act_freq_mhz", "1450");
        tree.sysfs(PCI, "hwmon/hwmon3/temp1_input", "52000");
        tree.sysfs(PCI, "hwmon/hwmon3/energy1_input", "1000000");
        i915(100, 5, 7, 3 * SECOND, 10 * SECOND);
        GpuSample first = only(sampler.sample());
        assertThat(first.values()).doesNotContainKeys("encoder_utilization_percent", "power_watts");
        assertThat(first.driver()).isEqualTo("i915 6.12.1");
        assertThat(first.pciId()).isEqualTo(PCI);
        assertThat(first.gpu()).isEqualTo("renderD128");

        nanos.addAndGet(5 * SECOND);
        tree.sysfs(PCI, "hwmon/hwmon3/energy1_input", "76000000");
        // Two files of one client, and a new client.
        i915(100, 5, 7, 4 * SECOND, 15 * SECOND);
        i915(100, 6, 7, 4 * SECOND, 15 * SECOND);
        i915(200, 5, 8, 0, SECOND);

        assertThat(only(sampler.sample()).values())
                .containsOnly(
                        entry("gpu_utilization_percent", 20.0),
                        // Six seconds of two engines in five seconds.
                        entry("encoder_utilization_percent", 60.0),
                        entry("vram_used_bytes", 2048.0 * 1024),
                        entry("gpu_clock_hertz", 1.45e9),
                        entry("temperature_celsius", 52.0),
                        entry("power_watts", 15.0));
    }

    @Test
    void aFileThatIsClosedMeanwhileHidesNoOtherClient() {
        tree.device("renderD128", "card0", PCI, "i915", INTEL);
        i915(100, 5, 7, 0, 0);
        sampler.sample();
        nanos.addAndGet(5 * SECOND);
        i915(100, 5, 7, 0, 5 * SECOND);
        tree.closing(200, 5, "renderD128");

        assertThat(only(sampler.sample()).values()).containsEntry("encoder_utilization_percent", 50.0);
    }

    @Test
    void theShareOfAClientEndsWithIt() {
        tree.device("renderD128", "card0", PCI, "i915", INTEL);
        i915(100, 5, 7, 0, 0);
        sampler.sample();
        tree.end(100);
        nanos.addAndGet(5 * SECOND);

        assertThat(only(sampler.sample()).values()).containsEntry("encoder_utilization_percent", 0.0);
    }

    @Test
    void xeIsMeasuredInGpuCycles() {
        tree.device("renderD128", "card0", PCI, "xe", INTEL);
        tree.sysfs(PCI, "tile0/gt0/freq0/act_freq", "2000");
        tree.sysfs(PCI, "hwmon/hwmon3/temp2_input", "47000");
        xe(100, 7, 1_000, 5_000, 100_000);
        sampler.sample();
        nanos.addAndGet(1);

        xe(100, 7, 1_100, 5_600, 102_000);
        xe(200, 8, 0, 200, 101_990);

        Map<String, Double> values = only(sampler.sample()).values();
        assertThat(values.get("gpu_utilization_percent")).isCloseTo(5, within(1e-9));
        // (600 + 200) of 2000 cycles of two engines.
        assertThat(values.get("encoder_utilization_percent")).isCloseTo(20, within(1e-9));
        assertThat(values)
                .containsEntry("gpu_clock_hertz", 2e9)
                .containsEntry("temperature_celsius", 47.0)
                .containsEntry("vram_used_bytes", 2 * 3.0 * (1 << 20));
    }

    @Test
    void amdgpuIsReadFromSysfs() {
        tree.device("renderD128", "card1", PCI, "amdgpu", AMD);
        tree.sysfs(PCI, "product_name", "Radeon PRO V620");
        tree.sysfs(PCI, "gpu_busy_percent", "44");
        tree.sysfs(PCI, "mem_busy_percent", "9");
        tree.sysfs(PCI, "vcn_busy_percent", "0");
        tree.sysfs(PCI, "mem_info_vram_used", "1073741824");
        tree.sysfs(PCI, "mem_info_vram_total", "34342961152");
        tree.sysfs(PCI, "hwmon/hwmon2/temp1_input", "55000");
        tree.sysfs(PCI, "hwmon/hwmon2/power1_average", "93000000");
        tree.sysfs(PCI, "hwmon/hwmon2/freq1_input", "2200000000");
        tree.sysfs(PCI, "hwmon/hwmon2/freq2_input", "1000000000");
        amdgpu(100, 7, 0, 0);
        sampler.sample();
        nanos.addAndGet(5 * SECOND);
        amdgpu(100, 7, 4 * SECOND, SECOND);

        GpuSample sample = only(sampler.sample());

        assertThat(sample.name()).isEqualTo("Radeon PRO V620");
        assertThat(sample.values())
                .containsOnly(
                        entry("gpu_utilization_percent", 44.0),
                        entry("memory_utilization_percent", 9.0),
                        entry("encoder_utilization_percent", 80.0),
                        entry("decoder_utilization_percent", 20.0),
                        entry("vram_used_bytes", 1073741824.0),
                        entry("vram_total_bytes", 34342961152.0),
                        entry("temperature_celsius", 55.0),
                        entry("power_watts", 93.0),
                        entry("gpu_clock_hertz", 2.2e9),
                        entry("memory_clock_hertz", 1e9));
    }

    @Test
    void theLargerOfFirmwareAndClientUtilizationIsUsed() {
        tree.device("renderD128", "card1", PCI, "amdgpu", AMD);
        tree.sysfs(PCI, "vcn_busy_percent", "91");
        assertThat(only(sampler.sample()).values()).containsEntry("encoder_utilization_percent", 91.0);
    }

    @Test
    void aDriverWithoutCountersHasNoUtilization() {
        tree.device("renderD128", "card0", PCI, "i915", INTEL);
        tree.fd(100, 5, "card0", List.of("pos:\t0", "flags:\t02100002"));
        sampler.sample();
        nanos.addAndGet(5 * SECOND);

        assertThat(only(sampler.sample()).values()).isEmpty();
    }

    @Test
    void devicesAreDistinguished() {
        tree.device("renderD128", "card0", PCI, "i915", INTEL);
        tree.device("renderD129", "card1", OTHER_PCI, "i915", INTEL);
        i915(100, 5, 7, 0, 0);
        sampler.sample();
        nanos.addAndGet(5 * SECOND);
        i915(100, 5, 7, 0, 5 * SECOND);

        assertThat(sampler.sample().samples())
                .extracting(sample -> sample.values().get("encoder_utilization_percent"))
                .containsExactly(50.0, 0.0);
    }

    private void i915(int pid, int fd, int client, long render, long video) {
        tree.fd(
                pid,
                fd,
                "renderD128",
                List.of(
                        "pos:\t0",
                        "drm-driver:\ti915",
                        "drm-pdev:\t" + PCI,
                        "drm-client-id:\t" + client,
                        "drm-engine-render:\t" + render + " ns",
                        "drm-engine-video:\t" + video + " ns",
                        "drm-engine-capacity-video:\t2",
                        "drm-resident-system0:\t900 MiB",
                        "drm-total-local0:\t4 GiB",
                        "drm-resident-local0:\t1024 KiB"));
    }

    private void xe(int pid, int client, long render, long video, long clock) {
        tree.fd(
                pid,
                9,
                "renderD128",
                List.of(
                        "drm-driver:\txe",
                        "drm-client-id:\t" + client,
                        "drm-pdev:\t" + PCI,
                        "drm-resident-vram0:\t3 MiB",
                        "drm-cycles-rcs:\t" + render,
                        "drm-total-cycles-rcs:\t" + clock,
                        "drm-cycles-vcs:\t" + video,
                        "drm-total-cycles-vcs:\t" + clock,
                        "drm-engine-capacity-vcs:\t2"));
    }

    private void amdgpu(int pid, int client, long encoding, long decoding) {
        List<String> info = new ArrayList<>(List.of(
                "drm-driver:\tamdgpu",
                "drm-client-id:\t" + client,
                "drm-pdev:\t" + PCI,
                "drm-memory-vram:\t2048 KiB",
                "drm-engine-gfx:\t1 ns"));
        info.add("drm-engine-enc:\t" + encoding + " ns");
        info.add("drm-engine-dec:\t" + decoding + " ns");
        tree.fd(pid, 3, "renderD128", info);
    }

    private static GpuSample only(SamplerResult result) {
        assertThat(result.samples()).hasSize(1);
        return result.samples().getFirst();
    }
}
