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
 * Thumbnails that need no slot: a few pictures are decoded on the processor, by one process at a time, which gets what all others
 * leave. Thread-safe.
 */
@ApplicationScoped
public class Thumbnails {
    /** Pictures up to Full HD are decoded in some ten milliseconds. */
    private static final long CHEAP_PIXELS = 1920 * 1088;

    /** Whoever has waited for so long gets none. */
    private static final long PATIENCE_SECONDS = 5;

    private final Transcoder transcoder;
    private final Semaphore one = new Semaphore(1);

    Thumbnails(Transcoder transcoder) {
        this.transcoder = transcoder;
    }

    /** Whether a picture of this source is decoded so quickly that it need not wait for a slot. */
    static boolean isCheap(MediaInfo media) {
        return (long) media.video().width() * media.video().height() <= CHEAP_PIXELS;
    }

    /**
     * Makes a thumbnail; blocks meanwhile.
     *
     * @param unit of the profile {@link io.xg2g.ffmpeg.Profile.Preview}
     * @return the picture's file in the unit's output directory; empty where it cannot be had
     */
    Optional<Path> make(TranscodeUnit unit) {
        try {
            if (!one.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
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
            one.release();
        }
    }
}
