package io.xg2g.ingest;

import io.xg2g.ffmpeg.MediaProcess;
import io.xg2g.media.SourceMonitor;
import io.xg2g.media.TsDemuxer;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.LongSupplier;
import org.jboss.logging.Logger;

/**
 * Segmenter run in a child process. A dedicated platform thread demuxes its output into the {@link WindowAssembler},
 * because a blocked read of a pipe would pin the carrier of a virtual thread.
 */
final class Segmenter implements SegmenterRun {
    private static final Logger LOG = Logger.getLogger(Segmenter.class);
    private static final int BUFFER_BYTES = 64 * 1024;
    private static final Duration DRAIN_TIMEOUT = Duration.ofSeconds(3);
    private static final long NOT_WRITING = Long.MIN_VALUE;

    private final String channel;
    private final MediaProcess process;
    private final WindowAssembler assembler;
    private final ProxiedOutput proxied;
    private final LongSupplier nanos;
    private final Thread reader;
    private volatile boolean hasOutput;
    private volatile long writingSince = NOT_WRITING;
    private volatile long lastOutput;

    private Segmenter(
            String channel,
            MediaProcess process,
            WindowAssembler assembler,
            ProxiedOutput proxied,
            LongSupplier nanos) {
        this.channel = channel;
        this.process = process;
        this.assembler = assembler;
        this.proxied = proxied;
        this.nanos = nanos;
        this.lastOutput = nanos.getAsLong();
        this.reader = Thread.ofPlatform().daemon().name("segmenter-" + channel).unstarted(this::read);
    }

    /**
     * Takes ownership of a process and starts to read its output.
     *
     * @param proxied takes the output of all runs of the channel
     * @param nanos clock, as {@link System#nanoTime}
     */
    static Segmenter start(
            String channel,
            MediaProcess process,
            WindowAssembler assembler,
            ProxiedOutput proxied,
            LongSupplier nanos) {
        Segmenter segmenter = new Segmenter(channel, process, assembler, proxied, nanos);
        boolean started = false;
        try {
            segmenter.reader.start();
            started = true;
            return segmenter;
        } finally {
            if (!started) {
                // Starting a thread can fail with OutOfMemoryError.
                process.close();
            }
        }
    }

    @Override
    public void write(byte[] data) throws IOException {
        writingSince = nanos.getAsLong();
        try {
            process.stdin().write(data);
            process.stdin().flush();
        } finally {
            writingSince = NOT_WRITING;
        }
    }

    @Override
    public Duration blocked() {
        long since = writingSince;
        return since == NOT_WRITING ? Duration.ZERO : Duration.ofNanos(nanos.getAsLong() - since);
    }

    @Override
    public Duration silence() {
        return Duration.ofNanos(nanos.getAsLong() - lastOutput);
    }

    @Override
    public Duration ahead() {
        return assembler.ahead();
    }

    @Override
    public boolean isOver() {
        return assembler.isOver() || !reader.isAlive();
    }

    @Override
    public boolean withholdsAudio(SourceMonitor fed) {
        return assembler.withholdsAudio(fed);
    }

    @Override
    public boolean hasOutput() {
        return hasOutput;
    }

    @Override
    public boolean hasFarAudio() {
        return assembler.hasFarAudio();
    }

    @Override
    public void finish() {
        try {
            process.stdin().close();
        } catch (IOException gone) {
            LOG.debugf(gone, "segmenter had already ended: stream=%s", channel);
        }
        boolean interrupted = join();
        kill();
        // Wait for the last output, which goes to the channel's directory, before the caller deletes that.
        interrupted |= join();
        assembler.close();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void kill() {
        process.close();
    }

    /** Waits at most 3 s for the reader; returns whether the wait was interrupted. */
    private boolean join() {
        try {
            reader.join(DRAIN_TIMEOUT);
            return false;
        } catch (InterruptedException stop) {
            return true;
        }
    }

    private void read() {
        TsDemuxer demuxer = new TsDemuxer(assembler);
        proxied.begin();
        byte[] buffer = new byte[BUFFER_BYTES];
        try (InputStream out = process.stdout()) {
            for (int n = out.read(buffer); n >= 0; n = out.read(buffer)) {
                lastOutput = nanos.getAsLong();
                hasOutput = true;
                proxied.accept(Arrays.copyOf(buffer, n));
                demuxer.accept(buffer, 0, n);
            }
        } catch (IOException gone) {
            LOG.debugf(gone, "segmenter output failed: stream=%s", channel);
        }
        demuxer.finish();
        assembler.end();
    }
}
