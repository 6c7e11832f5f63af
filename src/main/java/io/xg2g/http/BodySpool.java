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

/** Takes a request's body to the disk, a buffer at a time. */
public final class BodySpool {
    private static final int BUFFER = 64 * 1024;

    /** How many bytes are written between two looks at the free space. */
    private static final long DISK_CHECK = 4L << 20;

    /** Bytes a second; a body that comes more slowly, on the whole, would hold its place for too long. */
    private static final long SLOWEST_RATE = 16 * 1024;

    /**
     * What a body must keep to; whoever breaks a limit is told the key that it is configured by.
     *
     * @param bytes the largest body
     * @param timeout how long it may bring no byte
     */
    public record Limits(long bytes, String bytesKey, Duration timeout, String timeoutKey) {}

    private final Limits limits;
    private final Supplier<Optional<Problem>> full;

    /**
     * Makes one for bodies of one kind.
     *
     * @param full why nothing more may be written to the disk at present
     */
    public BodySpool(Limits limits, Supplier<Optional<Problem>> full) {
        this.limits = limits;
        this.full = full;
    }

    /**
     * Refuses what can be refused before the first byte of the body was read.
     *
     * @param length as announced, or -1
     * @throws ProblemException if it is over the limit, or the disk is full
     */
    public void check(long length) {
        if (length > limits.bytes()) {
            throw tooLarge(megabytes(length));
        }
        refuseWhenFull();
    }

    /**
     * Writes the body to a new file.
     *
     * @throws ProblemException if it is empty, over the limit, stops arriving, arrives too slowly, or does not fit on the
     *     disk
     */
    public void receive(InputStream body, Path file) {
        long received = 0;
        long started = System.nanoTime();
        byte[] buffer = new byte[BUFFER];
        try (ReadWatchdog watchdog = ReadWatchdog.overThisThread(limits.timeout());
                OutputStream out = Files.newOutputStream(file)) {
            for (int n = read(body, buffer, received); n >= 0; n = read(body, buffer, received)) {
                watchdog.fed();
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
        Duration allowed = limits.timeout().plusMillis(1000 * received / SLOWEST_RATE);
        if (taken.compareTo(allowed) > 0) {
            throw ProblemType.BODY_TIMEOUT
                    .with("the body arrives too slowly: " + received + " bytes in " + taken.toSeconds()
                            + " s; the least is " + SLOWEST_RATE + " bytes a second")
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
