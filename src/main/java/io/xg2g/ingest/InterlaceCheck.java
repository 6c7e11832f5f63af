package io.xg2g.ingest;

import io.xg2g.ffmpeg.Inspection;
import io.xg2g.ffmpeg.MediaInfo;
import io.xg2g.media.AvcTrack;
import io.xg2g.media.Ticks;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/**
 * Notices that a source whose pictures are progressive sends interlaced ones with the same parameter sets, as broadcasters do after
 * a film: a window is inspected every 30 s. For one format of the source. The methods are called by one thread.
 */
final class InterlaceCheck {
    private static final Logger LOG = Logger.getLogger(InterlaceCheck.class);

    /** Media time between inspections, in 90 kHz ticks. */
    static final long INTERVAL = 30L * Ticks.PER_SECOND;

    /** Inspects a media file, and tells the result later, on any thread. */
    interface Inspector {
        void inspect(Path file, Consumer<Inspection> result);
    }

    private final WindowFiles files;
    private final Inspector inspector;
    private long inspected = Long.MIN_VALUE;
    private volatile boolean found;

    InterlaceCheck(WindowFiles files, Inspector inspector) {
        this.files = files;
        this.inspector = inspector;
    }

    /**
     * Adds a window of a source.
     *
     * @return whether the source is described as progressive, and interlaced pictures have been found
     */
    boolean window(WindowCutter.Cut cut, MediaInfo.Video video) {
        if (video.interlaced()) {
            return false;
        }
        if (inspected == Long.MIN_VALUE) {
            inspected = cut.start();
        }
        if (!found && cut.start() - inspected >= INTERVAL) {
            inspected = cut.start();
            if (mayBeInterlaced(cut, video)) {
                inspect(cut.ts());
            }
        }
        return found;
    }

    /** Returns whether the codec and the parameter sets, if they are at hand, allow interlaced pictures. */
    private static boolean mayBeInterlaced(WindowCutter.Cut cut, MediaInfo.Video video) {
        return video.frameRate() <= MediaInfo.Video.MAX_INTERLACED_RATE
                && switch (video.codec()) {
                    case "mpeg2video" -> true;
                    case "h264" ->
                        cut.independent().isEmpty()
                                || AvcTrack.mayBeInterlaced(cut.independent().getFirst());
                    default -> false;
                };
    }

    private void inspect(byte[] ts) {
        try {
            Path file = files.write(ts);
            inspector.inspect(file, result -> {
                files.delete().accept(file);
                if (result instanceof Inspection.Accepted(MediaInfo media)
                        && media.video().interlaced()) {
                    found = true;
                }
            });
        } catch (IOException full) {
            LOG.debugf(full, "window not inspected");
        }
    }

    /** Returns the description of the source, which is interlaced if that was found, also if its first picture is not. */
    MediaInfo apply(MediaInfo media) {
        return found && !media.video().interlaced() ? media.asInterlaced() : media;
    }
}
