package io.xg2g.ffmpeg;

import com.sun.management.OperatingSystemMXBean;
import io.quarkus.runtime.configuration.MemorySize;
import io.xg2g.config.ConfigBounds;
import io.xg2g.process.ChildBounds;
import io.xg2g.process.ChildProcess;
import io.xg2g.process.ChildUser;
import io.xg2g.process.ProcessPriority;
import io.xg2g.process.ProcessSettings;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Validated {@link FfmpegConfig}, and the settings derived from it. Thread-safe. */
@Singleton
class FfmpegSettings {
    private static final String PREFIX = "xg2g.ffmpeg.";
    private static final Set<String> PRESETS =
            new LinkedHashSet<>(List.of("superfast", "veryfast", "faster", "fast", "medium", "slow"));
    /** More threads hardly speed up an encoder. */
    private static final int MAX_THREADS = 16;

    private static final long MIN_MEMORY = 1L << 30;
    private static final long MAX_MEMORY = 8L << 30;
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration FIVE_MINUTES = Duration.ofMinutes(5);
    private static final Duration TENTH = Duration.ofMillis(100);

    private final FfmpegConfig config;
    private final ChildBounds bounds;
    private final ProcessSettings process;
    private volatile long memory;

    FfmpegSettings(FfmpegConfig config) {
        this.config = config;
        ConfigBounds.duration(PREFIX + "start-timeout", config.startTimeout(), TENTH, FIVE_MINUTES);
        ConfigBounds.duration(PREFIX + "stall-timeout", config.stallTimeout(), TENTH, FIVE_MINUTES);
        ConfigBounds.duration(PREFIX + "run-timeout", config.runTimeout(), TENTH, HOUR);
        ConfigBounds.duration(PREFIX + "stop-grace", config.stopGrace(), Duration.ofMillis(10), MINUTE);
        ConfigBounds.duration(PREFIX + "inspect-timeout", config.inspectTimeout(), TENTH, MINUTE);
        ConfigBounds.duration(PREFIX + "source-timeout", config.sourceTimeout(), Duration.ofSeconds(1), FIVE_MINUTES);
        long minFreeDisk = config.minFreeDisk().asLongValue();
        ConfigBounds.number(PREFIX + "min-free-disk", minFreeDisk, 0, 1L << 40);
        ConfigBounds.number(PREFIX + "threads", config.threads(), 0, 64);
        ConfigBounds.oneOf(PREFIX + "software-preset", config.softwarePreset(), PRESETS);
        config.maxMemory().ifPresent(size -> atLeast("max-memory", size.asLongValue(), 256L << 20, 1L << 40));
        atLeast("max-open-files", config.maxOpenFiles(), 64, 65_536);
        atLeast("max-file-size", config.maxFileSize().asLongValue(), 16L << 20, 1L << 40);
        ConfigBounds.number(PREFIX + "nice", config.nice(), 0, 19);
        process = new ProcessSettings(
                config.workDir().toAbsolutePath().normalize(),
                minFreeDisk,
                ChildUser.of(config.user()),
                config.stopGrace(),
                config.nice(),
                config.maxOpenFiles(),
                config.maxFileSize().asLongValue());
        bounds = ChildBounds.of(process);
        unitsAtOnce(1);
    }

    /** Checks a limit; 0 is no limit. */
    private static void atLeast(String key, long value, long min, long max) {
        if (value != 0) {
            ConfigBounds.number(PREFIX + key, value, min, max);
        }
    }

    /** Returns the command with the limits of a child without network. */
    List<String> bounded(List<String> command, ProcessPriority priority) {
        return bounds.apply(command, priority, memory, false);
    }

    /** Returns the command with the limits of a child that fetches a source. */
    List<String> boundedWithNetwork(List<String> command, ProcessPriority priority) {
        return bounds.apply(command, priority, memory, true);
    }

    /** Returns the settings of child processes. */
    @Produces
    @Singleton
    ProcessSettings process() {
        return process;
    }

    /** Returns the limits of child processes. */
    @Produces
    @Singleton
    ChildBounds bounds() {
        return bounds;
    }

    /** Sets the number of concurrent units, at least 1, from which the memory limit of a child is derived. */
    final void unitsAtOnce(int units) {
        memory = config.maxMemory().map(MemorySize::asLongValue).orElseGet(() -> memory(installed(), units));
    }

    /** Returns the default memory limit of a child process in bytes. */
    static long memory(long installed, int unitsAtOnce) {
        return Math.clamp(installed / 4 * 3 / unitsAtOnce, MIN_MEMORY, MAX_MEMORY);
    }

    /** Returns the memory of the machine, or the limit of the container, in bytes. */
    private static long installed() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system
                ? system.getTotalMemorySize()
                : MAX_MEMORY;
    }

    String ffmpeg() {
        return config.path();
    }

    String ffprobe() {
        return config.ffprobePath();
    }

    /** Returns the time limits of a unit's run. */
    ChildProcess.Limits limits() {
        return new ChildProcess.Limits(
                config.startTimeout(), config.stallTimeout(), config.runTimeout(), config.stopGrace());
    }

    /** Returns the time limits of a run without progress reports. */
    ChildProcess.Limits limits(Duration total) {
        return ChildProcess.Limits.within(total, config.stopGrace());
    }

    Duration inspectTimeout() {
        return config.inspectTimeout();
    }

    Duration runTimeout() {
        return config.runTimeout();
    }

    Duration sourceTimeout() {
        return config.sourceTimeout();
    }

    String softwarePreset() {
        return config.softwarePreset();
    }

    /**
     * Returns the threads of each decoder and software encoder of a unit. By default all units together have two threads for each
     * processor, since no unit keeps all of its threads busy.
     *
     * @param unitsAtOnce number of concurrent units, at least 1
     */
    int threads(int unitsAtOnce) {
        int processors = Runtime.getRuntime().availableProcessors();
        return config.threads() > 0
                ? config.threads()
                : Math.clamp(Math.ceilDiv(2 * processors, unitsAtOnce), 1, Math.min(processors, MAX_THREADS));
    }
}
