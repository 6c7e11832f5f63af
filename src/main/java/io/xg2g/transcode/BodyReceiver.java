package io.xg2g.transcode;

import io.quarkus.runtime.Startup;
import io.xg2g.config.ConfigBounds;
import io.xg2g.ffmpeg.Failure;
import io.xg2g.ffmpeg.WorkDirectory;
import io.xg2g.problem.ProblemException;
import io.xg2g.problem.ProblemType;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Takes a request's body to the disk, a buffer at a time. */
@ApplicationScoped
@Startup
class BodyReceiver {
    private static final int BUFFER = 64 * 1024;

    /** How many bytes are written between two looks at the free space. */
    private static final long DISK_CHECK = 4L << 20;

    /** Bytes a second; a body that comes more slowly, on the whole, would hold its place for too long. */
    private static final long SLOWEST_RATE = 16 * 1024;

    private final WorkDirectory work;
    private final long limit;
    private final Duration timeout;

    BodyReceiver(WorkDirectory work, TranscodeConfig config) {
        this.work = work;
        this.limit =
                ConfigBounds.number("xg2g.transcode.max-body", config.maxBody().asLongValue(), 1, 1L << 40);
        this.timeout = ConfigBounds.duration(
                "xg2g.transcode.body-timeout", config.bodyTimeout(), Duration.ofMillis(100), Duration.ofHours(1));
    }

    /**
     * Refuses what can be refused before the first byte of the body was read.
     *
     * @param contentType as sent, or {@code null}
     * @param length as announced, or -1
     */
    void check(@Nullable MediaType contentType, long length) {
        if (contentType != null && !isMedia(contentType)) {
            throw ProblemType.UNSUPPORTED_TYPE
                    .with("Content-Type is " + contentType.getType() + "/" + contentType.getSubtype()
                            + "; allowed: video/* or application/octet-stream")
                    .asException();
        }
        if (length > limit) {
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
    void receive(InputStream body, Path file) {
        long received = 0;
        long started = System.nanoTime();
        byte[] buffer = new byte[BUFFER];
        try (ReadWatchdog watchdog = ReadWatchdog.overThisThread(timeout);
                OutputStream out = Files.newOutputStream(file)) {
            for (int n = read(body, buffer, received); n >= 0; n = read(body, buffer, received)) {
                watchdog.fed();
                if (received / DISK_CHECK != (received + n) / DISK_CHECK) {
                    refuseWhenFull();
                }
                received += n;
                if (received > limit) {
                    throw tooLarge("more than " + megabytes(limit));
                }
                refuseWhenSlow(received, Duration.ofNanos(System.nanoTime() - started));
                out.write(buffer, 0, n);
            }
        } catch (ClosedByInterruptException late) {
            throw stopped(received);
        } catch (IOException e) {
            Failure full = new Failure(Failure.Kind.DISK, "the work directory has no room for the body");
            throw ResultProblems.of(full).asException();
        }
        if (received == 0) {
            throw ProblemType.INVALID_REQUEST
                    .with("the body is empty; send the media's bytes")
                    .asException();
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
                        + timeout.toSeconds() + " s (xg2g.transcode.body-timeout)")
                .asException();
    }

    private void refuseWhenFull() {
        work.full().ifPresent(full -> {
            throw ResultProblems.of(full).asException();
        });
    }

    private void refuseWhenSlow(long received, Duration taken) {
        Duration allowed = timeout.plusMillis(1000 * received / SLOWEST_RATE);
        if (taken.compareTo(allowed) > 0) {
            throw ProblemType.BODY_TIMEOUT
                    .with("the body arrives too slowly: " + received + " bytes in " + taken.toSeconds()
                            + " s; the least is " + SLOWEST_RATE + " bytes a second")
                    .asException();
        }
    }

    private ProblemException tooLarge(String size) {
        return ProblemType.TOO_LARGE
                .with("body is " + size + "; the limit is " + megabytes(limit) + " (xg2g.transcode.max-body)")
                .asException();
    }

    private static boolean isMedia(MediaType type) {
        return type.getType().equalsIgnoreCase("video")
                || (type.getType() + "/" + type.getSubtype())
                        .toLowerCase(Locale.ROOT)
                        .equals(MediaType.APPLICATION_OCTET_STREAM);
    }

    private static String megabytes(long bytes) {
        return String.format(Locale.ROOT, "%.1f MB", bytes / (1024.0 * 1024.0));
    }
}
