package io.xg2g.ops;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.config.MeterFilterReply;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Adapts the metrics of libraries to the rules of Prometheus (<a
 * href="https://prometheus.io/docs/practices/naming/">metric and label naming</a>, {@code promtool check metrics}):
 * each has a description, and a name in snake case without the suffix of another type or a unit that is not a base
 * unit.
 */
@Singleton
class LibraryMeters implements MeterFilter {
    private static final Pattern CAMEL = Pattern.compile("(?<=[a-z0-9])(?=[A-Z])");

    /** Nanoseconds; replaced by {@code process_cpu_seconds_total}. */
    private static final String CPU_NANOSECONDS = "process.cpu.time";

    /** {@code _count} is a suffix of histograms. */
    private static final String PROCESSORS = "system.cpu.count";

    @Override
    public MeterFilterReply accept(Meter.Id id) {
        // The text format has no type for long task timers (http_server_connections); the gauge
        // http_server_active_connections has the same number.
        return id.getName().equals(CPU_NANOSECONDS) || id.getType() == Meter.Type.LONG_TASK_TIMER
                ? MeterFilterReply.DENY
                : MeterFilterReply.NEUTRAL;
    }

    @Override
    public Meter.Id map(Meter.Id id) {
        String name = id.getName().equals(PROCESSORS) ? "system.cpus" : snake(id.getName(), ".");
        List<Tag> tags = id.getTags().stream()
                .map(tag -> Tag.of(snake(tag.getKey(), "_"), tag.getValue()))
                .toList();
        @Nullable String description = id.getDescription();
        boolean described = description != null && !description.isBlank();
        return name.equals(id.getName()) && tags.equals(id.getTags()) && described
                ? id
                : new Meter.Id(
                        name,
                        Tags.of(tags),
                        id.getBaseUnit(),
                        described ? description : name.replace('.', ' '),
                        id.getType());
    }

    /** Registers the CPU time of this process, under the name that the client libraries of Prometheus use. */
    void register(@Observes StartupEvent event, MeterRegistry registry) {
        FunctionCounter.builder("process.cpu", ProcessHandle.current(), LibraryMeters::cpuSeconds)
                .baseUnit("seconds")
                .description("CPU time used by this process")
                .register(registry);
    }

    private static double cpuSeconds(ProcessHandle process) {
        return process.info().totalCpuDuration().map(Duration::toNanos).orElse(0L) / 1e9;
    }

    private static String snake(String name, String separator) {
        return CAMEL.matcher(name).replaceAll(separator).toLowerCase(Locale.ROOT);
    }
}
