package io.xg2g.ffmpeg;

import io.xg2g.process.ChildEnvironment;
import io.xg2g.process.ChildProcess;
import io.xg2g.process.ProcessPriority;
import io.xg2g.process.WorkDirectory;
import java.nio.file.Path;
import java.time.Duration;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Probe of ffmpeg's filter {@code drawtext}, which needs FreeType and a font: draws a letter when it is first asked.
 * Thread-safe.
 */
final class DrawTextProbe {
    private static final Logger LOG = Logger.getLogger(DrawTextProbe.class);
    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final int MAX_OUTPUT = 1 << 16;

    private final FfmpegSettings settings;
    private final WorkDirectory work;
    private volatile @Nullable Boolean works;

    DrawTextProbe(FfmpegSettings settings, WorkDirectory work) {
        this.settings = settings;
        this.work = work;
    }

    /**
     * Returns whether text can be drawn. Blocks at the first call.
     *
     * @throws java.io.UncheckedIOException if the work directory cannot be written
     */
    boolean works() {
        Boolean known = works;
        if (known == null) {
            known = probe();
            works = known;
        }
        return known;
    }

    private boolean probe() {
        Path directory = work.create();
        try {
            ChildProcess.Ended ended = ChildProcess.collect(
                    settings.bounded(CommandLine.drawText(settings.ffmpeg()), ProcessPriority.LIVE),
                    directory,
                    ChildEnvironment.of(directory),
                    settings.limits(LIMIT),
                    MAX_OUTPUT);
            if (!ended.success()) {
                LOG.warn(
                        "slates have no text: the filter drawtext of ffmpeg does not work; it needs FreeType and a font");
                LOG.debugf("drawtext failed: code=%d stderr=%s", ended.exitCode(), ended.stderr());
            }
            return ended.success();
        } finally {
            work.delete(directory);
        }
    }
}
