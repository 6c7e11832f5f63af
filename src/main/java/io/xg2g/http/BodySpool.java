package io.xg2g.http;

import io.xg2g.problem.DiskFailure;
import io.xg2g.problem.Problem;
import io.xg2g.problem.ProblemException;
import io.xg2g.problem.ProblemType;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

/** Receives the body of a request into a file, one buffer at a time. */
public final class BodySpool {
    private static final int BUFFER = 64 * 1024;

    /** Bytes that are written between two checks of the free space. */
    private static final long DISK_CHECK = 4L << 20;

    /** Minimum average rate in bytes per second; a slower body would occupy its slot for too long. */
    private static final long MIN_RATE = 16 * 1024;

    /**
     * Limits of a body, and the configuration keys that error messages name.
     *
     * @param bytes maximum size
     * @param timeout maximum time between two reads
     */
    public record Limits(long bytes, String bytesKey, Duration timeout, String timeoutKey) {}

    private final Limits limits;
    private final Supplier<Optional<Problem>> full;

    /**
     * Creates a spool for bodies of one kind.
     *
     * @param full reason why nothing can be written to the disk at present; empty if it can
     */
    public BodySpool(Limits limits, Supplier<Optional<Problem>> full) {
        this.limits = limits;
        this.full = full;
    }

    /**
     * Rejects a request before the first byte of its body is read.
     *
     * @param length announced size, or -1
     * @throws ProblemException if it exceeds the limit, or the disk is full
     */
    public void check(long length) {
        if (length > limits.bytes()) {
            throw tooLarge(megabytes(length));
        }
        refuseWhenFull();
    }

    /**
     * Writes the body to a new file. Blocks until it was received.
     *
     * @throws ProblemException if it is empty, too large, stops arriving, arrives too slowly, or the disk is full
     */
    public void receive(InputStream body, Path file) {
        long received = 0;
        long started = System.nanoTime();
        byte[] buffer = new byte[BUFFER];
        try (ReadWatchdog watchdog = ReadWatchdog.overThisThread(limits.timeout());
                OutputStream out = Files.newOutputStream(file)) {
            for (int n = read(body, buffer, received); n >= 0; n = read(body, buffer, received)) {
                watchdog.reset();
                if (received / DISK_CHECK != (received + n) / DISK_CHECK) {
                    refuseWhenFull();
                }
                received += n;
                if (received > limits.bytes()) {
                    throw tooLarge("more than " + megabytes(limits.bytes()));
                }
                refuseWhenSlow(received, Duration.ofNanos(System.nanoTime() - started));
                out.write(buffer, 0, n);
            }
        } catch (ClosedByInterruptException late) {
            throw stopped(received);
        } catch (IOException e) {
            throw DiskFailure.of("the work directory has no room for the body").asException();
        }
        if (received == 0) {
            throw ProblemType.INVALID_REQUEST.with("the body is empty").asException();
        }
    }

    private int read(InputStream body, byte[] buffer, long received) {
        try {
            return body.read(buffer);
        } catch (IOException e) {
            throw stopped(received);
        }
    }

    private ProblemException stopped(long received) {
        return ProblemType.BODY_TIMEOUT
                .with("the body stopped after " + received + " bytes; the limit between two bytes is "
                        + limits.timeout().toSeconds() + " s (" + limits.timeoutKey() + ")")
                .asException();
    }

    private void refuseWhenFull() {
        full.get().ifPresent(problem -> {
            throw problem.asException();
        });
    }

    private void refuseWhenSlow(long received, Duration taken) {
        Duration allowed = limits.timeout().plusMillis(1000 * received / MIN_RATE);
        if (taken.compareTo(allowed) > 0) {
            throw ProblemType.BODY_TIMEOUT
                    .with("the body arrives too slowly: " + received + " bytes in " + taken.toSeconds()
                            + " s; the minimum is " + MIN_RATE + " bytes per second")
                    .asException();
        }
    }

    private ProblemException tooLarge(String size) {
        return ProblemType.TOO_LARGE
                .with("body is " + size + "; the limit is " + megabytes(limits.bytes()) + " (" + limits.bytesKey()
                        + ")")
                .asException();
    }

    private static String megabytes(long bytes) {
        return String.format(Locale.ROOT, "%.1f MB", bytes / (1024.0 * 1024.0));
    }
}
