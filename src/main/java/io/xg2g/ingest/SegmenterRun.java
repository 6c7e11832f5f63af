package io.xg2g.ingest;

import io.xg2g.ffmpeg.SegmenterOptions;
import io.xg2g.media.SourceMonitor;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * Run of a channel's segmenter: turns the source's bytes into windows and audio frames until a discontinuity or the end
 * of the source.
 */
interface SegmenterRun {

    /** Factory of runs. Does not throw: a run that cannot be started is returned as one that has ended. */
    interface Starter {
        /**
         * Starts a run.
         *
         * @param refuse receives the reason if the source's data cannot be used
         */
        SegmenterRun start(SegmenterOptions options, Consumer<SourceException> refuse);
    }

    /**
     * Writes to the segmenter's input. Blocks while the segmenter does not read. Called by one thread.
     *
     * @throws IOException if the segmenter has ended
     */
    void write(byte[] data) throws IOException;

    /** Returns the time that the current {@link #write} has been blocked. */
    Duration blocked();

    /** Returns the time since the latest output. */
    Duration silence();

    /** Returns the lead of the output over real time; negative if it lags. */
    Duration ahead();

    /** Returns whether there is no further output, so that a new run must begin. */
    boolean isOver();

    /** Returns whether the output has video without the audio of the input. */
    boolean withholdsAudio(SourceMonitor fed);

    /** Returns whether it ended before its first window, since its audio was too far from the video. */
    boolean hasFarAudio();

    /** Returns whether there has been any output. */
    boolean hasOutput();

    /** Closes the input, waits a bounded time for the remaining output, and ends the process. */
    void finish();

    /** Ends the process at once. May be called by any thread; blocks until it has ended. */
    void kill();
}
