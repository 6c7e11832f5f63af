package io.xg2g.packaging;

import io.xg2g.ffmpeg.MediaInfo;
import io.xg2g.ffmpeg.TranscodeOutcome;
import io.xg2g.ffmpeg.TranscodeUnit;
import io.xg2g.ffmpeg.Transcoder;
import io.xg2g.gpu.Device;
import io.xg2g.process.ProcessPriority;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Encoder of thumbnails without a slot: decodes a few frames on the CPU, in one process at a time, at the lowest
 * priority. Thread-safe.
 */
@ApplicationScoped
public class Thumbnails {
    /** Frames up to Full HD are decoded in some ten milliseconds. */
    private static final long MAX_CHEAP_PIXELS = 1920 * 1088;

    /** Maximum wait for the process. */
    private static final long MAX_WAIT_SECONDS = 5;

    private final Transcoder transcoder;
    private final Semaphore permit = new Semaphore(1);

    Thumbnails(Transcoder transcoder) {
        this.transcoder = transcoder;
    }

    /** Returns whether a frame of the source is decoded fast enough to need no slot. */
    static boolean isCheap(MediaInfo media) {
        return (long) media.video().width() * media.video().height() <= MAX_CHEAP_PIXELS;
    }

    /**
     * Creates a thumbnail; blocks.
     *
     * @param unit of the profile {@link io.xg2g.ffmpeg.Profile.Preview}
     * @return file in the unit's output directory; empty after a failure or {@value #MAX_WAIT_SECONDS} s of waiting
     */
    Optional<Path> make(TranscodeUnit unit) {
        try {
            if (!permit.tryAcquire(MAX_WAIT_SECONDS, TimeUnit.SECONDS)) {
                return Optional.empty();
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
        try {
            return transcoder.transcode(unit, Device.SOFTWARE, ProcessPriority.PREVIEW, _ -> {})
                            instanceof TranscodeOutcome.Produced produced
                    ? Optional.of(produced.renditions().getFirst().file())
                    : Optional.empty();
        } finally {
            permit.release();
        }
    }
}
