package io.xg2g.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class GpuStatusTest {
    private static final Duration INTERVAL = Duration.ofSeconds(5);
    private static final Device DEVICE = new Device("gpu1", Vendor.NVIDIA, "NVIDIA L4", 0, "");

    private final AtomicLong nanos = new AtomicLong(-3);
    private final GpuStatus status = new GpuStatus(INTERVAL, nanos::get);

    @Test
    void aDeviceWithoutSamplesIsUnknown() {
        assertThat(status.load(DEVICE)).isEqualTo(GpuLoad.UNKNOWN);
        assertThat(status.gpus()).isEmpty();
    }

    @Test
    void theLoadIsThatOfTheLatestSample() {
        status.update(List.of(sample(
                "gpu1",
                Map.of("encoder_utilization_percent", 41.6, "vram_total_bytes", 24e9, "vram_used_bytes", 4e9))));

        assertThat(status.load(DEVICE)).isEqualTo(new GpuLoad(42, 20_000_000_000L, false));
    }

    @Test
    void aDeviceWithoutEncoderUtilizationHasAnUnknownLoad() {
        status.update(List.of(sample("gpu1", Map.of("vram_total_bytes", 24e9, "vram_used_bytes", 4e9))));

        assertThat(status.load(DEVICE)).isEqualTo(GpuLoad.UNKNOWN);
    }

    @Test
    void aDeviceIsStaleAfterTwoMissingSamples() {
        status.update(List.of(encoder("gpu1", 10)));

        pass(INTERVAL);
        status.update(List.of());
        assertThat(status.gpus().getFirst().stale()).isFalse();
        pass(INTERVAL.minusMillis(50));
        status.update(List.of());

        assertThat(status.gpus().getFirst().stale()).isTrue();
        assertThat(status.gpus().getFirst().age()).isEqualTo(Duration.ofMillis(9_950));
        assertThat(status.load(DEVICE)).isEqualTo(GpuLoad.UNKNOWN);
    }

    @Test
    void aDeviceWithoutSamplesStaysStaleSinceItsAlertWouldEndOtherwise() {
        status.update(List.of(encoder("gone", 10)));
        pass(Duration.ofDays(1));
        status.update(List.of(encoder("gpu1", 10)));

        assertThat(status.gpus())
                .extracting(gpu -> gpu.sample().gpu(), GpuState::stale)
                .containsExactly(tuple("gone", true), tuple("gpu1", false));
        assertThat(status.ageSeconds("gone")).isEqualTo(86_400);
    }

    @Test
    void anEncoderIsBusyAbove85PercentUntilItFallsBelow75() {
        int[] percents = {85, 86, 80, 75, 74, 80, 100};
        boolean[] congested = {false, true, true, true, false, false, true};
        for (int i = 0; i < percents.length; i++) {
            status.update(List.of(encoder("gpu1", percents[i])));
            assertThat(status.load(DEVICE).congested()).as("%d %%", percents[i]).isEqualTo(congested[i]);
        }
    }

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    private static GpuSample encoder(String gpu, double percent) {
        return sample(gpu, Map.of("encoder_utilization_percent", percent));
    }

    private static GpuSample sample(String gpu, Map<String, Double> values) {
        return Samples.of(gpu, values);
    }
}
