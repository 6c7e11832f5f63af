package io.xg2g.ffmpeg;

import io.xg2g.process.ChildEnvironment;
import io.xg2g.process.ChildProcess;
import io.xg2g.process.ProcessPriority;
import io.xg2g.process.WorkDirectory;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Predicate;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Probe of something that not every build of ffmpeg can do: runs a command when it is first asked, and again if that did not come to
 * its end. Thread-safe.
 */
final class FfmpegProbe {
    private static final Logger LOG = Logger.getLogger(FfmpegProbe.class);
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int MAX_OUTPUT = 1 << 16;

    private final String name;
    private final List<String> command;
    private final Predicate<ChildProcess.Ended> test;
    private final String missing;
    private final FfmpegSettings settings;
    private final WorkDirectory work;

    /** Latest run, whose result is empty if it did not come to its end. Guarded by this. */
    private @Nullable CompletableFuture<Optional<Boolean>> latest;

    /**
     * Creates a probe.
     *
     * @param test decides by a run whether it works
     * @param missing logged if it does not; empty for nothing
     */
    private FfmpegProbe(
            String name,
            List<String> command,
            Predicate<ChildProcess.Ended> test,
            String missing,
            FfmpegSettings settings,
            WorkDirectory work) {
        this.name = name;
        this.command = command;
        this.test = test;
        this.missing = missing;
        this.settings = settings;
        this.work = work;
    }

    /** Creates that of the filter {@code drawtext}, which needs FreeType and a font: it draws a letter. */
    static FfmpegProbe ofDrawText(FfmpegSettings settings, WorkDirectory work) {
        return new FfmpegProbe(
                "drawtext",
                CommandLine.drawText(settings.ffmpeg()),
                ChildProcess.Ended::success,
                "slates have no text: the filter drawtext of ffmpeg does not work; it needs FreeType and a font",
                settings,
                work);
    }

    /** Creates that of the option {@code -extension_picky} of the HLS demuxer, which versions since 2025 have. */
    static FfmpegProbe ofExtensionCheck(FfmpegSettings settings, WorkDirectory work) {
        return new FfmpegProbe(
                "extension_picky",
                List.of(settings.ffmpeg(), "-hide_banner", "-h", "demuxer=hls"),
                run -> run.success() && run.output().contains("-extension_picky"),
                "",
                settings,
                work);
    }

    /** Returns whether it works; false if that is not known. Blocks while it is tested; an interrupt ends the wait only. */
    boolean works() {
        try {
            return latest().get().orElse(false);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            return false;
        } catch (ExecutionException bug) {
            throw new IllegalStateException("the probe of " + name + " failed unexpectedly", bug);
        }
    }

    private synchronized CompletableFuture<Optional<Boolean>> latest() {
        CompletableFuture<Optional<Boolean>> known = latest;
        if (known == null || (known.isDone() && known.join().isEmpty())) {
            // A thread of its own: the unit that needs the result is stopped when its slate is late.
            known = CompletableFuture.supplyAsync(
                    this::probe,
                    probe -> Thread.ofVirtual().name(name + "-probe").start(probe));
            latest = known;
        }
        return known;
    }

    private Optional<Boolean> probe() {
        Path directory;
        try {
            directory = work.create();
        } catch (UncheckedIOException unusable) {
            LOG.debugf(unusable, "%s not tested: the work directory cannot be written", name);
            return Optional.empty();
        }
        try {
            ChildProcess.Ended ended = ChildProcess.collect(
                    settings.bounded(command, ProcessPriority.LIVE),
                    directory,
                    ChildEnvironment.of(directory),
                    settings.limits(LIMIT),
                    MAX_OUTPUT);
            if (ended.end() != ChildProcess.End.EXITED && ended.end() != ChildProcess.End.NOT_STARTED) {
                LOG.debugf("%s not tested: end=%s", name, ended.end());
                return Optional.empty();
            }
            boolean works = test.test(ended);
            if (!works && !missing.isEmpty()) {
                LOG.warn(missing);
            }
            LOG.debugf("%s: works=%b code=%d stderr=%s", name, works, ended.exitCode(), ended.stderr());
            return Optional.of(works);
        } finally {
            work.delete(directory);
        }
    }
}
