package io.xg2g.ingest;

import io.xg2g.ffmpeg.SegmenterOptions;
import io.xg2g.media.SourceMonitor;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * One run of a channel's segmenter: the source's bytes go in, windows and audio frames come out, until the source is
 * discontinuous or ends.
 */
interface SegmenterRun {

    /** Starts runs; never throws: one that cannot be started is one that has ended. */
    interface Starter {
        /**
         * Starts a run.
         *
         * @param refuse takes the reason where what the source sends cannot be used
         */
        SegmenterRun start(SegmenterOptions options, Consumer<SourceException> refuse);
    }

    /**
     * Feeds the segmenter. Blocks while it does not take anything. Called by one thread.
     *
     * @throws IOException if it has ended
     */
    void write(byte[] data) throws IOException;

    /** Returns how long {@link #write} has been blocked. */
    Duration blocked();

    /** Returns how long nothing has come out. */
    Duration silence();

    /** Returns how much more media has come out than time has passed; negative where it is less. */
    Duration ahead();

    /** Returns whether nothing more comes out, so that a new run has to begin. */
    boolean isOver();

    /** Returns whether video comes out without the audio that was fed. */
    boolean withholdsAudio(SourceMonitor fed);

    /** Returns whether anything has come out. */
    boolean isFruitful();

    /** Ends the input, waits for the rest of the output for a bounded time, and ends the process. */
    void finish();

    /** Ends the process at once. May be called by any thread; blocks until it has ended. */
    void kill();
}
