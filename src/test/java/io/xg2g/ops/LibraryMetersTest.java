package io.xg2g.ops;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.config.MeterFilterReply;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LibraryMetersTest {
    private final LibraryMeters meters = new LibraryMeters();

    @ParameterizedTest
    @CsvSource({
        "ft.bulkhead.executionsRunning, ft.bulkhead.executions.running",
        "ft.bulkhead.runningDuration, ft.bulkhead.running.duration",
        "system.cpu.count, system.cpus",
        "http.server.requests, http.server.requests",
        "xg2g.gpu.slots, xg2g.gpu.slots"
    })
    void aNameIsInSnakeCaseWithoutAReservedSuffix(String given, String name) {
        assertThat(meters.map(id(given, "said")).getName()).isEqualTo(name);
    }

    @Test
    void aLabelIsInSnakeCase() {
        Meter.Id id =
                new Meter.Id("ft.calls", Tags.of("circuitBreakerResult", "cbOpen"), null, "said", Meter.Type.COUNTER);

        assertThat(meters.map(id).getTags())
                .isEqualTo(Tags.of("circuit_breaker_result", "cbOpen").stream().toList());
    }

    @Test
    void everyMetricHasADescription() {
        assertThat(meters.map(id("ft.timer.scheduled", "")).getDescription()).isEqualTo("ft timer scheduled");
        Meter.Id own = id("xg2g.gpu.slots", "Units that can run");
        assertThat(meters.map(own)).isSameAs(own);
    }

    @Test
    void nanosecondsAreConverted() {
        assertThat(meters.accept(id("process.cpu.time", "said"))).isEqualTo(MeterFilterReply.DENY);
        assertThat(meters.accept(id("process.cpu.usage", "said"))).isEqualTo(MeterFilterReply.NEUTRAL);
    }

    @Test
    void theTextFormatHasNoTypeForLongTasks() {
        Meter.Id id = new Meter.Id("http.server.connections", Tags.empty(), null, "said", Meter.Type.LONG_TASK_TIMER);

        assertThat(meters.accept(id)).isEqualTo(MeterFilterReply.DENY);
    }

    private static Meter.Id id(String name, String description) {
        return new Meter.Id(name, Tags.empty(), null, description, Meter.Type.GAUGE);
    }
}
