package io.xg2g.ffmpeg;

import io.xg2g.process.ProcessTerminator;
import io.xg2g.process.StderrTail;
import io.xg2g.redaction.Redaction;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Long-lived ffmpeg child with media on its standard streams. Thread-safe.
 *
 * <p>The caller reads {@link #stdout()} to its end without long pauses, on a platform thread: the child blocks while its pipe is
 * full, and a blocked read holds the carrier of a virtual thread.
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
     * Supervises a process.
     *
     * @param grace time between SIGTERM and SIGKILL
     * @param onEnd runs after the end of the process, before {@link #ended} is completed
     */
    static MediaProcess of(Process process, Duration grace, Runnable onEnd) {
        MediaProcess media = new MediaProcess(process, grace);
        boolean supervised = false;
        try {
            // A platform thread: a blocked read of a pipe holds the carrier of a virtual one.
            Thread.ofPlatform().daemon().name("ffmpeg-" + process.pid()).start(() -> media.supervise(process, onEnd));
            supervised = true;
            return media;
        } finally {
            if (!supervised) {
                // No thread could be started, which is an Error.
                process.destroyForcibly();
            }
        }
    }

    /** Returns a process that could not be started, and so has ended. */
    static MediaProcess notStarted(Failure reason) {
        MediaProcess media = new MediaProcess(null, Duration.ZERO);
        media.ended.complete(reason);
        return media;
    }

    /**
     * Returns the child's stdin, buffered; a null stream if the child was not started. Closing it lets the child process the
     * rest of its input and end. Writing blocks, and throws an {@link IOException} after the child has ended.
     */
    public OutputStream stdin() {
        return process == null ? OutputStream.nullOutputStream() : process.getOutputStream();
    }

    /** Returns the child's stdout, MPEG-TS, which ends with the child. Reading blocks. */
    public InputStream stdout() {
        return process == null ? InputStream.nullInputStream() : process.getInputStream();
    }

    /**
     * Returns a future that is completed when the child has ended and its directory is deleted. The end of a live source is
     * a failure, also with exit code 0; after {@link #close()} it is {@link Failure.Kind#STOPPED}.
     */
    public CompletableFuture<Failure> ended() {
        return ended.copy();
    }

    /** Returns the codec of the source's video if MPEG-TS cannot carry it, as far as the child has reported. */
    public Optional<String> uncarriedVideo() {
        return SourceFailures.uncarriedVideo(stderr.text());
    }

    /** Returns the last 64 KiB of stderr without credentials, for debug logs. */
    public String stderrTail() {
        return Redaction.text(stderr.text());
    }

    /**
     * Terminates the child and its descendants and returns when they have ended; an interrupt does not shorten this. Idempotent.
     */
    @Override
    public void close() {
        Process running = process;
        if (running != null && stopped.compareAndSet(false, true)) {
            try {
                // A child that reads input handles signals only when its input ends. A writer may hold the stream's
                // lock until the child is killed, so this is not waited for, and blocks no virtual thread's carrier.
                Thread.ofPlatform().daemon().name("stdin-" + running.pid()).start(() -> closeStdin(running));
            } finally {
                if (ProcessTerminator.end(running, grace)) {
                    Thread.currentThread().interrupt();
                }
            }
        }
        ended.join();
    }

    private void supervise(Process running, Runnable onEnd) {
        Failure failure = new Failure(Failure.Kind.CRASH, "ffmpeg could not be watched");
        try {
            stderr.drain(running.getErrorStream());
            int code = running.onExit().join().exitValue();
            failure = stopped.get()
                    ? new Failure(Failure.Kind.STOPPED, "the process was stopped")
                    : SourceFailures.classify(code, stderr.text());
            LOG.debugf("ffmpeg ended: pid=%d code=%d stderr=%s", running.pid(), code, stderrTail());
        } finally {
            end(failure, onEnd);
        }
    }

    private void end(Failure failure, Runnable onEnd) {
        try {
            onEnd.run();
        } finally {
            ended.complete(failure);
        }
    }

    private static void closeStdin(Process running) {
        try {
            running.getOutputStream().close();
        } catch (IOException closed) {
            LOG.tracef("stdin was already closed: pid=%d", running.pid());
        }
    }
}
