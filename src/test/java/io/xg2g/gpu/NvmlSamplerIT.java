package io.xg2g.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The binding with a real shared library that has NVML's names and layouts. */
class NvmlSamplerIT {
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
    private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);

    @TempDir
    Path directory;

    @Test
    void everyValueOfAGpuIsRead() {
        FakeNvml fake = FakeNvml.compile(directory);

        try (NvmlSampler sampler = sampler(fake)) {
            assertThat(sampler.sample().samples().getFirst())
                    .isEqualTo(new GpuSample(
                            FakeNvml.L4,
                            Vendor.NVIDIA,
                            "NVIDIA L4",
                            "host1",
                            "0000:41:00.0",
                            "nvidia 550.54.15",
                            NOW,
                            Map.ofEntries(
                                    Map.entry("gpu_utilization_percent", 37.0),
                                    Map.entry("memory_utilization_percent", 12.0),
                                    Map.entry("encoder_utilization_percent", 64.0),
                                    Map.entry("decoder_utilization_percent", 21.0),
                                    Map.entry("vram_used_bytes", 3.5e9),
                                    Map.entry("vram_total_bytes", 24e9),
                                    Map.entry("temperature_celsius", 61.0),
                                    Map.entry("power_watts", 45.25),
                                    Map.entry("gpu_clock_hertz", 1.59e9),
                                    Map.entry("memory_clock_hertz", 6.251e9),
                                    Map.entry("encoder_sessions", 2.0)),
                            List.of(
                                    new EncoderSession(4711, "h264", 1920, 1080, 25, 3900),
                                    new EncoderSession(4712, "hevc", 1280, 720, 50, 2100))));
        }
    }

    @Test
    void valuesThatMigDevicesDoNotReportAreAbsent() {
        FakeNvml fake = FakeNvml.compile(directory);

        try (NvmlSampler sampler = sampler(fake)) {
            Map<String, GpuSample> samples = byId(sampler.sample());

            assertThat(samples).containsOnlyKeys(FakeNvml.L4, FakeNvml.A100, FakeNvml.MIG_1, FakeNvml.MIG_2);
            assertThat(samples.get(FakeNvml.A100).values())
                    .containsKeys("power_watts", "vram_total_bytes")
                    .doesNotContainKeys("gpu_utilization_percent", "encoder_utilization_percent", "encoder_sessions");
            assertThat(samples.get(FakeNvml.MIG_2).values()).containsOnlyKeys("vram_used_bytes", "vram_total_bytes");
            assertThat(samples.get(FakeNvml.MIG_2).name()).isEqualTo("NVIDIA A100 MIG 1g.5gb");
            assertThat(samples.get(FakeNvml.MIG_2).pciId()).isEqualTo("0000:c1:00.0");
        }
    }

    @Test
    void missingFunctionsOfAnOldLibraryAreSkipped() {
        FakeNvml fake = FakeNvml.compile(directory, "OLD");

        try (NvmlSampler sampler = sampler(fake)) {
            Map<String, GpuSample> samples = byId(sampler.sample());

            assertThat(samples).containsOnlyKeys(FakeNvml.L4, FakeNvml.A100);
            assertThat(samples.get(FakeNvml.L4).values()).containsEntry("vram_used_bytes", 4e9);
        }
    }

    @Test
    void aGpuThatFallsOffTheBusIsSkippedAndReturns() {
        FakeNvml fake = FakeNvml.compile(directory, "OLD");

        try (NvmlSampler sampler = sampler(fake)) {
            fake.set("lost 0");
            assertThat(byId(sampler.sample())).containsOnlyKeys(FakeNvml.A100);
            fake.set("");
            assertThat(byId(sampler.sample())).containsOnlyKeys(FakeNvml.L4, FakeNvml.A100);
        }
    }

    @Test
    void xidErrorsAreReportedOnceEvenIfTheGpuIsLost() {
        FakeNvml fake = FakeNvml.compile(directory);
        fake.set("xids 5");

        try (NvmlSampler sampler = sampler(fake)) {
            assertThat(sampler.sample().errors()).isEmpty();
            fake.set("xids 7 lost 0");
            assertThat(sampler.sample().errors())
                    .containsExactly(
                            new SamplerResult.DriverError(FakeNvml.L4, 79),
                            new SamplerResult.DriverError(FakeNvml.L4, 79));
            assertThat(sampler.sample().errors()).isEmpty();
        }
    }

    @Test
    void aReplacedDriverFailsTheSample() {
        FakeNvml fake = FakeNvml.compile(directory);

        try (NvmlSampler sampler = sampler(fake)) {
            fake.set("code 18");
            assertThatThrownBy(sampler::sample)
                    .isInstanceOf(NvmlException.class)
                    .hasMessageContaining("different versions");
        }
        assertThatThrownBy(() -> sampler(fake)).hasMessageContaining("nvmlInit_v2 answered 18");
    }

    @Test
    void anInvalidLibraryIsRefused() {
        assertThatThrownBy(() -> new NvmlSampler("libnvidia-ml-nowhere.so.1", "", CLOCK))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new NvmlSampler("libc.so.6", "", CLOCK))
                .hasMessageContaining("does not have the function");
    }

    /** A native executable can call only functions registered at build time. */
    @Test
    void everySignatureIsRegisteredForTheNativeExecutable() throws IOException {
        FakeNvml fake = FakeNvml.compile(directory);

        try (NvmlSampler sampler = sampler(fake)) {
            sampler.sample();
            assertThat(sampler.signatures().stream().map(Downcalls::text).collect(Collectors.toSet()))
                    .hasSizeGreaterThan(5)
                    .isSubsetOf(Downcalls.registered());
        }
    }

    private static NvmlSampler sampler(FakeNvml fake) {
        return new NvmlSampler(fake.path(), "host1", CLOCK);
    }

    private static Map<String, GpuSample> byId(SamplerResult result) {
        return result.samples().stream().collect(Collectors.toMap(GpuSample::gpu, sample -> sample));
    }
}
