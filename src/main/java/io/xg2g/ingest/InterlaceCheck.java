package io.xg2g.ingest;

import io.xg2g.ffmpeg.Inspection;
import io.xg2g.ffmpeg.MediaInfo;
import io.xg2g.media.Ticks;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.jboss.logging.Logger;

/**
 * Notices that a source whose pictures are progressive sends interlaced ones with the same parameter sets, as broadcasters do after
 * a film: a window is inspected every 30 s. The methods are called by one thread.
 */
final class InterlaceCheck {
    private static final Logger LOG = Logger.getLogger(InterlaceCheck.class);

    /** Media time between inspections, in 90 kHz ticks. */
    static final long INTERVAL = 30L * Ticks.PER_SECOND;

    /** Codecs whose parameter sets allow both. */
    private static final Set<String> CODECS = Set.of("mpeg2video", "h264");

    private final WindowFiles files;
    private final Function<Path, Inspection> inspect;
    private final Executor executor;
    private long inspected = Long.MIN_VALUE;
    private volatile boolean found;

    /**
     * Creates a check.
     *
     * @param inspect inspects a media file; blocks
     * @param executor runs inspections
     */
    InterlaceCheck(WindowFiles files, Function<Path, Inspection> inspect, Executor executor) {
        this.files = files;
        this.inspect = inspect;
        this.executor = executor;
    }

    /**
     * Adds a window whose parameter sets do not say whether its pictures are interlaced.
     *
     * @return whether the source is described as progressive, and interlaced pictures have been found
     */
    boolean window(WindowCutter.Cut cut, MediaInfo.Video video) {
        if (video.interlaced()
                || !CODECS.contains(video.codec())
                || video.frameRate() > MediaInfo.Video.MAX_INTERLACED_RATE) {
            return false;
        }
        if (inspected == Long.MIN_VALUE) {
            inspected = cut.start();
        }
        if (cut.start() - inspected >= INTERVAL && !found) {
            inspected = cut.start();
            inspect(cut.ts());
        }
        return found;
    }

    private void inspect(byte[] ts) {
        try {
            Path file = files.write(ts);
            executor.execute(() -> inspect(file));
        } catch (IOException full) {
            LOG.debugf(full, "window not inspected");
        }
    }

    private void inspect(Path file) {
        try {
            if (inspect.apply(file) instanceof Inspection.Accepted(MediaInfo media)) {
                found = media.video().interlaced();
            }
        } finally {
            files.delete().accept(file);
        }
    }

    /** Returns the description of the source, which is interlaced if that was found, also if its first picture is not. */
    MediaInfo apply(MediaInfo media) {
        return found && !media.video().interlaced() ? media.asInterlaced() : media;
    }
}
