package io.xg2g.ingest;

import io.xg2g.ffmpeg.SegmenterOptions;
import io.xg2g.media.SourceMonitor;
import io.xg2g.schedule.TimeSource;
import java.io.IOException;
import java.time.Duration;

/** Segmenter run whose behaviour a test sets. */
final class FakeSegmenterRun implements SegmenterRun {
    final SegmenterOptions options;
    private final TimeSource time;
    Duration blocked = Duration.ZERO;
    Duration silence = Duration.ZERO;
    /** Runs while the segmenter is fed, and while it is finished. */
    Runnable busy = () -> {};

    /** Until when the output is ahead of real time. */
    long aheadUntil;

    boolean over;
    boolean withholdsAudio;
    boolean hasOutput = true;
    boolean farAudio;
    boolean refusesBytes;
    int written;
    int finished;
    int killed;

    FakeSegmenterRun(SegmenterOptions options, TimeSource time) {
        this.time = time;
        this.options = options;
    }

    @Override
    public void write(byte[] data) throws IOException {
        if (refusesBytes) {
            throw new IOException("Broken pipe");
        }
        busy.run();
        written += data.length;
    }

    @Override
    public Duration blocked() {
        return blocked;
    }

    @Override
    public Duration silence() {
        return silence;
    }

    @Override
    public Duration ahead() {
        return aheadUntil == 0 ? Duration.ZERO : Duration.ofNanos(aheadUntil - time.nanoTime());
    }

    @Override
    public boolean hasFarAudio() {
        return farAudio;
    }

    @Override
    public boolean isOver() {
        return over;
    }

    @Override
    public boolean withholdsAudio(SourceMonitor fed) {
        return withholdsAudio;
    }

    @Override
    public boolean hasOutput() {
        return hasOutput;
    }

    @Override
    public void finish() {
        busy.run();
        finished++;
    }

    @Override
    public void kill() {
        killed++;
    }
}
