package io.xg2g.ffmpeg;

import com.sun.management.OperatingSystemMXBean;
import io.quarkus.runtime.configuration.MemorySize;
import io.xg2g.config.ConfigBounds;
import io.xg2g.process.ChildBounds;
import io.xg2g.process.ChildProcess;
import io.xg2g.process.ChildUser;
import io.xg2g.process.ProcessSettings;
import io.xg2g.process.ProcessPriority;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The checked form of {@link FfmpegConfig}. */
@Singleton
class FfmpegSettings {
    private static final String PREFIX = "xg2g.ffmpeg.";
    private static final Set<String> PRESETS =
            new LinkedHashSet<>(List.of("superfast", "veryfast", "faster", "fast", "medium", "slow"));
    /** An encoder gains hardly anything from more. */
    private static final int MOST_THREADS = 16;

    private static final long LEAST_MEMORY = 1L << 30;
    private static final long MOST_MEMORY = 8L << 30;
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

    /** A limit, or 0 for none. */
    private static void atLeast(String key, long value, long least, long most) {
        if (value != 0) {
            ConfigBounds.number(PREFIX + key, value, least, most);
        }
    }

    /** The command of a child that needs no network, with what its process may use put before it. */
    List<String> bounded(List<String> command, ProcessPriority priority) {
        return bounds.before(command, priority, memory, false);
    }

    /** The command of a child that fetches a source, with what its process may use put before it. */
    List<String> boundedWithNetwork(List<String> command, ProcessPriority priority) {
        return bounds.before(command, priority, memory, true);
    }

    /** The settings of child processes, whatever program they run. */
    @Produces
    @Singleton
    ProcessSettings process() {
        return process;
    }

    /** The limits of child processes, whatever program they run. */
    @Produces
    @Singleton
    ChildBounds bounds() {
        return bounds;
    }

    /** Says how many units run at once, at least 1, from which the memory of a child process follows. Any thread may. */
    final void unitsAtOnce(int units) {
        memory = config.maxMemory().map(MemorySize::asLongValue).orElseGet(() -> memory(installed(), units));
    }

    /** Bytes of memory of one child process, where none are configured. */
    static long memory(long installed, int unitsAtOnce) {
        return Math.clamp(installed / 4 * 3 / unitsAtOnce, LEAST_MEMORY, MOST_MEMORY);
    }

    /** Bytes of memory of the machine, or of the container where that has a limit. */
    private static long installed() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system
                ? system.getTotalMemorySize()
                : MOST_MEMORY;
    }

    String ffmpeg() {
        return config.path();
    }

    String ffprobe() {
        return config.ffprobePath();
    }

    /** The watchdogs of a unit's run. */
    ChildProcess.Limits limits() {
        return new ChildProcess.Limits(
                config.startTimeout(), config.stallTimeout(), config.runTimeout(), config.stopGrace());
    }

    /** The watchdogs of a short helper run, which has nothing but a time in all. */
    ChildProcess.Limits limits(Duration all) {
        return ChildProcess.Limits.within(all, config.stopGrace());
    }

    Duration inspectTimeout() {
        return config.inspectTimeout();
    }

    Duration startTimeout() {
        return config.startTimeout();
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
     * How many threads each decoder and software encoder of a unit has, where no number is configured: all units together
     * have two for each processor, since none of them uses its own without a pause.
     *
     * @param unitsAtOnce how many units run at once, at least 1
     */
    int threads(int unitsAtOnce) {
        int processors = Runtime.getRuntime().availableProcessors();
        return config.threads() > 0
                ? config.threads()
                : Math.clamp(Math.ceilDiv(2 * processors, unitsAtOnce), 1, Math.min(processors, MOST_THREADS));
    }
}
