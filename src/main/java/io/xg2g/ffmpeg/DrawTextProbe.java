package io.xg2g.ffmpeg;

import io.xg2g.process.ChildEnvironment;
import io.xg2g.process.ChildProcess;
import io.xg2g.process.ProcessPriority;
import io.xg2g.process.WorkDirectory;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Probe of ffmpeg's filter {@code drawtext}, which needs FreeType and a font: draws a letter when it is first asked, and again if
 * that did not come to its end. Thread-safe.
 */
final class DrawTextProbe {
    private static final Logger LOG = Logger.getLogger(DrawTextProbe.class);
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int MAX_OUTPUT = 1 << 16;

    private final FfmpegSettings settings;
    private final WorkDirectory work;

    /** Latest run, whose result is empty if it did not come to its end. Guarded by this. */
    private @Nullable CompletableFuture<Optional<Boolean>> latest;

    DrawTextProbe(FfmpegSettings settings, WorkDirectory work) {
        this.settings = settings;
        this.work = work;
    }

    /** Returns whether text can be drawn; false if that is not known. Blocks while it is tested; an interrupt ends the wait only. */
    boolean works() {
        try {
            return latest().get().orElse(false);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            return false;
        } catch (ExecutionException bug) {
            throw new IllegalStateException("the probe of drawtext failed unexpectedly", bug);
        }
    }

    private synchronized CompletableFuture<Optional<Boolean>> latest() {
        CompletableFuture<Optional<Boolean>> known = latest;
        if (known == null || (known.isDone() && known.join().isEmpty())) {
            // A thread of its own: the unit that needs the result is stopped when its slate is late.
            known = CompletableFuture.supplyAsync(
                    this::probe,
                    probe -> Thread.ofVirtual().name("drawtext-probe").start(probe));
            latest = known;
        }
        return known;
    }

    private Optional<Boolean> probe() {
        Path directory;
        try {
            directory = work.create();
        } catch (UncheckedIOException unusable) {
            LOG.debug("drawtext not tested: the work directory cannot be written", unusable);
            return Optional.empty();
        }
        try {
            ChildProcess.Ended ended = ChildProcess.collect(
                    settings.bounded(CommandLine.drawText(settings.ffmpeg()), ProcessPriority.LIVE),
                    directory,
                    ChildEnvironment.of(directory),
                    settings.limits(LIMIT),
                    MAX_OUTPUT);
            if (ended.end() != ChildProcess.End.EXITED && ended.end() != ChildProcess.End.NOT_STARTED) {
                LOG.debugf("drawtext not tested: end=%s", ended.end());
                return Optional.empty();
            }
            if (!ended.success()) {
                LOG.warn(
                        "slates have no text: the filter drawtext of ffmpeg does not work; it needs FreeType and a font");
                LOG.debugf("drawtext failed: code=%d stderr=%s", ended.exitCode(), ended.stderr());
            }
            return Optional.of(ended.success());
        } finally {
            work.delete(directory);
        }
    }
}
