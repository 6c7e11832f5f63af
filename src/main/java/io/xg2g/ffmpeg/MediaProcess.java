package io.xg2g.ffmpeg;

import io.xg2g.process.ProcessTerminator;
import io.xg2g.process.StderrTail;
import io.xg2g.redaction.Redaction;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * One long-lived ffmpeg child with media on its standard streams.
 *
 * <p>Whoever asked for it reads {@link #stdout()} to its end without long pauses, since the child waits for its reader.
 * Its end is told once; {@link #close()} brings it about. Any thread may call any method.
 */
public final class MediaProcess implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(MediaProcess.class);

    private final @Nullable Process process;
    private final Duration grace;
    private final StderrTail stderr = new StderrTail();
    private final AtomicBoolean stopped = new AtomicBoolean();
    private final CompletableFuture<Failure> ended = new CompletableFuture<>();

    private MediaProcess(@Nullable Process process, Duration grace) {
        this.process = process;
        this.grace = grace;
    }

    /**
     * Takes a process over.
     *
     * @param grace between the request to end and the kill
     * @param afterwards run when it has ended, before anybody is told
     */
    static MediaProcess of(Process process, Duration grace, Runnable afterwards) {
        MediaProcess media = new MediaProcess(process, grace);
        boolean watched = false;
        try {
            // Not a virtual thread: reading a pipe holds its carrier, here for hours.
            Thread.ofPlatform()
                    .daemon()
                    .name("ffmpeg-" + process.pid())
                    .start(() -> media.accompany(process, afterwards));
            watched = true;
            return media;
        } finally {
            if (!watched) {
                // There may be no thread left to be had, which is an Error.
                process.destroyForcibly();
            }
        }
    }

    /** One that could not be started, and has ended therefore. */
    static MediaProcess notStarted(Failure why) {
        MediaProcess media = new MediaProcess(null, Duration.ZERO);
        media.ended.complete(why);
        return media;
    }

    /**
     * What the child reads; takes nothing if it reads no input. It is buffered: flush it after each piece. Closing it
     * lets the child finish what it has. Throws an {@link IOException} when the child has ended.
     */
    public OutputStream stdin() {
        return process == null ? OutputStream.nullOutputStream() : process.getOutputStream();
    }

    /** What the child makes: MPEG-TS. Ends when the child ends. */
    public InputStream stdout() {
        return process == null ? InputStream.nullInputStream() : process.getInputStream();
    }

    /**
     * Completed when the child has ended and its directory is gone, for whatever reason: a live source that ends has
     * failed, also with exit code 0. {@link Failure.Kind#STOPPED} after {@link #close()}.
     */
    public CompletableFuture<Failure> ended() {
        return ended.copy();
    }

    /** The last 64 KiB of what it said, without credentials; for a debug log. */
    public String stderrTail() {
        return Redaction.text(stderr.text());
    }

    /**
     * Ends the child and its descendants and returns when they are gone: asks, waits, kills. Interruption does not
     * shorten this. May be called again.
     */
    @Override
    public void close() {
        Process running = process;
        if (running != null && stopped.compareAndSet(false, true)) {
            try {
                // A child that reads input handles signals only when its input ends. A writer may hold the stream's lock
                // until the child is killed, so this is not waited for, and blocks no carrier of virtual threads.
                Thread.ofPlatform().daemon().name("stdin-" + running.pid()).start(() -> closeStdin(running));
            } finally {
                if (ProcessTerminator.end(running, grace)) {
                    Thread.currentThread().interrupt();
                }
            }
        }
        ended.join();
    }

    private void accompany(Process running, Runnable afterwards) {
        Failure failure = new Failure(Failure.Kind.CRASH, "ffmpeg could not be watched");
        try {
            stderr.drain(running.getErrorStream());
            int code = running.onExit().join().exitValue();
            failure = stopped.get()
                    ? new Failure(Failure.Kind.STOPPED, "the process was stopped")
                    : SourceFailures.classify(code, stderr.text());
            LOG.debugf("ffmpeg ended: pid=%d code=%d, said: %s", running.pid(), code, stderrTail());
        } finally {
            end(failure, afterwards);
        }
    }

    private void end(Failure failure, Runnable afterwards) {
        try {
            afterwards.run();
        } finally {
            ended.complete(failure);
        }
    }

    private static void closeStdin(Process running) {
        try {
            running.getOutputStream().close();
        } catch (IOException already) {
            LOG.tracef("stdin was closed already: pid=%d", running.pid());
        }
    }
}
