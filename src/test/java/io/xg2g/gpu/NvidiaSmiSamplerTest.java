package io.xg2g.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NvidiaSmiSamplerTest {
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-01-02T03:04:05Z"), ZoneOffset.UTC);
    private static final String L4 = "GPU-5c1f0fb1-8a31-4f0e-a9b5-1c2d3e4f5a6b";
    private static final String BASIC =
            L4 + ", NVIDIA L4, 00000000:41:00.0, 550.54.15, 37, 12, 3338, 23034, 61, 45.25, 1590, 6251, 2";

    private final List<String> asked = new ArrayList<>();

    @Test
    void everyValueIsReadInItsUnit() {
        SamplerResult result =
                sampler((command, _) -> answer(command, BASIC + ", 64, 21\n")).sample();

        assertThat(result.samples())
                .containsExactly(new GpuSample(
                        L4,
                        Vendor.NVIDIA,
                        "NVIDIA L4",
                        "host1",
                        "0000:41:00.0",
                        "nvidia 550.54.15",
                        CLOCK.instant(),
                        Map.ofEntries(
                                Map.entry("gpu_utilization_percent", 37.0),
                                Map.entry("memory_utilization_percent", 12.0),
                                Map.entry("encoder_utilization_percent", 64.0),
                                Map.entry("decoder_utilization_percent", 21.0),
                                Map.entry("vram_used_bytes", 3338.0 * (1 << 20)),
                                Map.entry("vram_total_bytes", 23034.0 * (1 << 20)),
                                Map.entry("temperature_celsius", 61.0),
                                Map.entry("power_watts", 45.25),
                                Map.entry("gpu_clock_hertz", 1.59e9),
                                Map.entry("memory_clock_hertz", 6.251e9),
                                Map.entry("encoder_sessions", 2.0)),
                        List.of()));
    }

    @Test
    void anOlderProgramIsQueriedForFewerColumns() {
        NvidiaSmiSampler sampler = sampler((command, _) -> command.toString().contains("utilization.encoder")
                ? answer(command, null)
                : answer(command, BASIC + "\n"));

        assertThat(sampler.sample().samples().getFirst().values())
                .hasSize(9)
                .doesNotContainKey("encoder_utilization_percent");
        sampler.sample();
        assertThat(asked).hasSize(3);
    }

    @Test
    void unreportedValuesAreAbsent() {
        String line = L4 + ", NVIDIA A100, 00000000:C1:00.0, 550.54.15, [N/A], [N/A], 0, 40960, 30,"
                + " [Not Supported], [GPU is lost], 1215, , [N/A], [N/A]";

        assertThat(sampler((command, _) -> answer(command, line))
                        .sample()
                        .samples()
                        .getFirst()
                        .values())
                .containsOnlyKeys("vram_used_bytes", "vram_total_bytes", "temperature_celsius", "memory_clock_hertz");
    }

    @Test
    void otherLinesAreSkipped() {
        assertThat(sampler((command, _) -> answer(command, "No devices were found\n\nGPU-1, short\n"))
                        .sample()
                        .samples())
                .isEmpty();
    }

    @Test
    void aFailingProgramIsReported() {
        NvidiaSmiSampler sampler = sampler((command, _) -> answer(command, null));

        assertThatThrownBy(sampler::sample)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("nvidia-smi: failed");
    }

    private static NvidiaSmiSampler sampler(ToolRunner tools) {
        return new NvidiaSmiSampler(tools, "host1", CLOCK);
    }

    private ToolRunner.Result answer(List<String> command, String output) {
        asked.add(command.toString());
        return output == null ? new ToolRunner.Result(false, "", "failed") : new ToolRunner.Result(true, output, "");
    }
}
