package io.xg2g.problem;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Response to a request that needs a disk which is full, read-only or not accessible. */
public final class DiskFailure {
    /** Messages of the operating system for ENOSPC, EDQUOT, EROFS, EFBIG and EACCES. */
    private static final Pattern REASON = Pattern.compile(
            "No space left on device|Disk quota exceeded|Read-only file system|File too large|Permission denied");

    /** A full disk is rarely emptied sooner. */
    private static final Duration RETRY = Duration.ofSeconds(30);

    private DiskFailure() {}

    /**
     * Returns a problem {@code disk-full} with a {@code Retry-After} of 30 s.
     *
     * @param detail what could not be written, and the property of its directory
     */
    public static Problem of(String detail) {
        return ProblemType.DISK_FULL.with(detail).retryAfter(RETRY);
    }

    /** Returns the problem of a work directory that cannot be written, as an exception. */
    public static ProblemException ofWorkDirectory() {
        return of("the work directory (xg2g.ffmpeg.work-dir) cannot be written").asException();
    }

    /** Returns whether a failure, or one of its causes, is an error of the disk. */
    static boolean isCauseOf(Throwable failure) {
        for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof IOException
                    && (cause instanceof AccessDeniedException
                            || REASON.matcher(String.valueOf(cause.getMessage()))
                                    .find())) {
                return true;
            }
        }
        return false;
    }
}
