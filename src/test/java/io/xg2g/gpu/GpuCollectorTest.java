package io.xg2g.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GpuCollectorTest {
    private static final Duration INTERVAL = Duration.ofSeconds(5);

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final AtomicLong nanos = new AtomicLong();
    private final GpuStatus status = new GpuStatus(INTERVAL, nanos::get);
    private final List<List<GpuSample>> observed = new ArrayList<>();
    private final GpuSample full = Samples.of(
            "gpu1",
            Map.of(
                    "gpu_utilization_percent", 37.0,
                    "encoder_utilization_percent", 64.0,
                    "decoder_utilization_percent", 21.0,
                    "vram_used_bytes", 3.5e9,
                    "vram_total_bytes", 24e9,
                    "temperature_celsius", 61.0,
                    "power_watts", 45.25,
                    "encoder_sessions", 2.0));
    private final GpuSample divided = Samples.of("gpu2", Map.of("vram_used_bytes", 1e9));
    private SamplerResult nvidia = new SamplerResult(List.of(full, divided), List.of());
    private Supplier<SamplerResult> drm = () -> SamplerResult.EMPTY;
    private GpuCollector collector = collector(INTERVAL, Duration.ofSeconds(2), true);

    @AfterEach
    void close() {
        collector.close();
    }

    @Test
    void samplesUpdateTheMetricsAndArePublished() throws Exception {
        collector.collect();

        assertThat(gauge("xg2g.gpu.utilization.percent", "gpu", "gpu1", "engine", "gpu"))
                .isEqualTo(37);
        assertThat(gauge("xg2g.gpu.utilization.percent", "gpu", "gpu1", "engine", "encoder"))
                .isEqualTo(64);
        assertThat(gauge("xg2g.gpu.utilization.percent", "gpu", "gpu1", "engine", "decoder"))
                .isEqualTo(21);
        assertThat(gauge("xg2g.vram.usage.bytes", "gpu", "gpu1")).isEqualTo(3.5e9);
        assertThat(gauge("xg2g.vram.usage.bytes", "gpu", "gpu2")).isEqualTo(1e9);
        assertThat(gauge("xg2g.vram.total.bytes", "gpu", "gpu1")).isEqualTo(24e9);
        assertThat(gauge("xg2g.gpu.temperature.celsius", "gpu", "gpu1")).isEqualTo(61);
        assertThat(gauge("xg2g.gpu.power.watts", "gpu", "gpu1")).isEqualTo(45.25);
        assertThat(gauge("xg2g.gpu.encoder.sessions", "gpu", "gpu1")).isEqualTo(2);
        assertThat(gauge("xg2g.gpu.last.sample.age.seconds", "gpu", "gpu1")).isZero();
        assertThat(registry.find("xg2g.gpu.utilization.percent")
                        .tag("gpu", "gpu2")
                        .gauges())
                .as("what a device does not give has no series")
                .isEmpty();
        assertThat(observed).containsExactly(List.of(full, divided));
        assertThat(collector.samplers()).isEqualTo(Map.of("nvidia", "closed", "drm", "closed"));
    }

    @Test
    void aGpuThatVanishesIsStaleAfterTwoIntervalsAndHasNoSeries() throws Exception {
        collector.collect();
        nvidia = SamplerResult.EMPTY;
        pass(INTERVAL);
        collector.collect();
        assertThat(series("xg2g.gpu.utilization.percent")).hasSize(3);
        pass(INTERVAL);
        collector.collect();

        assertThat(series("xg2g.gpu.utilization.percent")).isEmpty();
        assertThat(series("xg2g.vram.usage.bytes")).isEmpty();
        assertThat(gauge("xg2g.gpu.last.sample.age.seconds", "gpu", "gpu1")).isEqualTo(10);
        assertThat(status.gpus()).allMatch(GpuState::stale);
        pass(INTERVAL);
        assertThat(gauge("xg2g.gpu.last.sample.age.seconds", "gpu", "gpu1")).isEqualTo(15);

        nvidia = new SamplerResult(List.of(full), List.of());
        collector.collect();
        assertThat(gauge("xg2g.gpu.utilization.percent", "gpu", "gpu1", "engine", "gpu"))
                .isEqualTo(37);
        assertThat(gauge("xg2g.gpu.last.sample.age.seconds", "gpu", "gpu1")).isZero();
    }

    @Test
    void aFailedSamplerDoesNotAffectTheOthers() throws Exception {
        drm = () -> {
            throw new IllegalStateException("/proc cannot be read");
        };

        collector.collect();

        assertThat(status.gpus()).hasSize(2);
        assertThat(collector.samplers())
                .containsEntry("drm", "closed: /proc cannot be read")
                .containsEntry("nvidia", "closed");
        assertThat(registry.get("xg2g.gpu.sampler.failures")
                        .tags("sampler", "drm", "reason", "error")
                        .counter()
                        .count())
                .isEqualTo(1);
    }

    @Test
    void xidErrorsAreCountedByTheirNumber() throws Exception {
        nvidia = new SamplerResult(
                List.of(full),
                List.of(new SamplerResult.DriverError("gpu1", 79), new SamplerResult.DriverError("gpu1", 79)));

        collector.collect();

        assertThat(registry.get("xg2g.gpu.xid.errors")
                        .tags("gpu", "gpu1", "xid", "79")
                        .counter()
                        .count())
                .isEqualTo(2);
    }

    @Test
    void nothingIsSampledWhenItIsDisabled() throws Exception {
        collector.close();
        collector = collector(INTERVAL, Duration.ofSeconds(2), false);

        collector.collect();

        assertThat(observed).isEmpty();
        assertThat(collector.isEnabled()).isFalse();
    }

    @Test
    void durationsOutOfBoundsFailTheStart() {
        assertThatThrownBy(() -> collector(Duration.ofMillis(999), INTERVAL, true))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("xg2g.gpu.stats.interval is 999ms; allowed is 1s to 1h");
        assertThatThrownBy(() -> collector(INTERVAL, Duration.ofMinutes(2), true))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("xg2g.gpu.stats.timeout is 2m; allowed is 100ms to 1m");
    }

    /** After the wall clock is set back by two hours the scheduler makes no calls for two hours. */
    @Test
    void missedRoundsAreDetectedByTheMonotonicClock() throws InterruptedException {
        Duration interval = Duration.ofSeconds(5);
        GpuCollector collector = collector(interval, Duration.ofSeconds(1), true);
        collector.collect();

        pass(interval.plusSeconds(4));
        collector.catchUp();
        assertThat(observed).as("the scheduler is only late").hasSize(1);
        pass(Duration.ofSeconds(1));
        collector.catchUp();
        pass(interval);
        collector.catchUp();
        assertThat(observed).as("one for each interval").hasSize(3);

        collector.collect();
        collector.catchUp();
        assertThat(observed).as("the scheduler goes on").hasSize(4);
    }

    @Test
    void noSampleIsPublishedAfterTheStop() throws Exception {
        // Given a round whose sampler is still running when the program stops
        drm = () -> {
            collector.stop(new ShutdownEvent());
            return SamplerResult.EMPTY;
        };

        collector.collect();
        collector.collect();
        pass(INTERVAL.multipliedBy(3));
        collector.catchUp();

        assertThat(observed).isEmpty();
        assertThat(status.gpus()).isEmpty();
    }

    private GpuCollector collector(Duration interval, Duration timeout, boolean enabled) {
        GpuStatsConfig config = new GpuStatsConfig() {
            @Override
            public boolean enabled() {
                return enabled;
            }

            @Override
            public Duration interval() {
                return interval;
            }

            @Override
            public Duration timeout() {
                return timeout;
            }

            @Override
            public String nvmlLibrary() {
                return "libnvidia-ml.so.1";
            }
        };
        return new GpuCollector(
                config,
                List.of(sampler("nvidia", () -> nvidia), sampler("drm", () -> drm.get())),
                Duration.ofMinutes(1),
                status,
                registry,
                nanos::get,
                observed::add);
    }

    private static GpuSampler sampler(String name, Supplier<SamplerResult> look) {
        return new GpuSampler() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public SamplerResult sample() {
                return look.get();
            }
        };
    }

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    private double gauge(String name, String... tags) {
        return registry.get(name).tags(tags).gauge().value();
    }

    private List<Gauge> series(String name) {
        return List.copyOf(registry.find(name).gauges());
    }
}
