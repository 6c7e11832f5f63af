package io.xg2g.gpu;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Prometheus metrics of the GPUs. Unknown and stale values have no series. */
final class GpuMetrics {
    private static final Map<GpuMetric, String> ENGINES = Map.of(
            GpuMetric.GPU_UTILIZATION_PERCENT, "gpu",
            GpuMetric.ENCODER_UTILIZATION_PERCENT, "encoder",
            GpuMetric.DECODER_UTILIZATION_PERCENT, "decoder");

    private final MeterRegistry registry;
    private final MultiGauge utilization;
    private final MultiGauge age;
    private final Map<GpuMetric, MultiGauge> gauges = new EnumMap<>(GpuMetric.class);

    GpuMetrics(MeterRegistry registry) {
        this.registry = registry;
        this.utilization = gauge("xg2g.gpu.utilization.percent", "Utilization of an engine of a GPU");
        this.age = gauge("xg2g.gpu.last.sample.age.seconds", "Time since the latest sample of a GPU");
        gauges.put(GpuMetric.VRAM_USED_BYTES, gauge("xg2g.vram.usage.bytes", "Device memory in use"));
        gauges.put(GpuMetric.VRAM_TOTAL_BYTES, gauge("xg2g.vram.total.bytes", "Device memory"));
        gauges.put(GpuMetric.TEMPERATURE_CELSIUS, gauge("xg2g.gpu.temperature.celsius", "Temperature of the GPU"));
        gauges.put(GpuMetric.POWER_WATTS, gauge("xg2g.gpu.power.watts", "Power draw of the device"));
        gauges.put(
                GpuMetric.ENCODER_SESSIONS, gauge("xg2g.gpu.encoder.sessions", "Open encoder sessions of any process"));
    }

    /** Replaces all series by those of the status. */
    void update(GpuStatus status) {
        List<GpuState> all = status.gpus();
        List<GpuSample> fresh =
                all.stream().filter(gpu -> !gpu.stale()).map(GpuState::sample).toList();
        List<MultiGauge.Row<?>> busy = new ArrayList<>();
        ENGINES.forEach((metric, engine) ->
                rows(fresh, metric, Tags.of("engine", engine)).forEach(busy::add));
        utilization.register(busy, true);
        gauges.forEach((metric, gauge) ->
                gauge.register(rows(fresh, metric, Tags.empty()).toList(), true));
        age.register(
                all.stream()
                        .map(GpuState::sample)
                        .<MultiGauge.Row<?>>map(sample ->
                                MultiGauge.Row.of(Tags.of(tag(sample)), status, now -> now.ageSeconds(sample.gpu())))
                        .toList(),
                true);
    }

    void recordFailure(String sampler, SamplerCircuit.Failure reason) {
        failures(sampler, reason).increment();
    }

    /** Registers the counters of a sampler at 0, so that rates over them exist before the first failure. */
    void register(String sampler) {
        for (SamplerCircuit.Failure reason : SamplerCircuit.Failure.values()) {
            failures(sampler, reason);
        }
    }

    void record(SamplerResult.DriverError error) {
        Counter.builder("xg2g.gpu.xid.errors")
                .description("Critical errors that NVIDIA's driver reported")
                .tag("gpu", error.gpu())
                .tag("xid", Long.toString(error.xid()))
                .register(registry)
                .increment();
    }

    private static Stream<MultiGauge.Row<?>> rows(List<GpuSample> samples, GpuMetric metric, Tags tags) {
        return samples.stream().flatMap(sample -> {
            Double value = sample.value(metric);
            return value == null ? Stream.empty() : Stream.of(MultiGauge.Row.of(tags.and(tag(sample)), value));
        });
    }

    private static Tag tag(GpuSample sample) {
        return Tag.of("gpu", sample.gpu());
    }

    private MultiGauge gauge(String name, String description) {
        return MultiGauge.builder(name).description(description).register(registry);
    }

    private Counter failures(String sampler, SamplerCircuit.Failure reason) {
        return Counter.builder("xg2g.gpu.sampler.failures")
                .description("Failed calls of a GPU sampler")
                .tag("sampler", sampler)
                .tag("reason", reason.code())
                .register(registry);
    }
}
