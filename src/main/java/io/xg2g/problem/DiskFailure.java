package io.xg2g.problem;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The answer to a request that needs a disk which is full, read-only or not this user's. */
public final class DiskFailure {
    /** What the operating system says: ENOSPC, EDQUOT, EROFS, EFBIG, EACCES. */
    private static final Pattern REASON = Pattern.compile(
            "No space left on device|Disk quota exceeded|Read-only file system|File too large|Permission denied");

    /** A disk does not get room by itself: half a minute is how often it makes sense to ask. */
    private static final Duration RETRY = Duration.ofSeconds(30);

    private DiskFailure() {}

    /**
     * The problem {@code disk-full}, with a time to try again.
     *
     * @param detail what could not be written, and the property that says where
     */
    public static Problem of(String detail) {
        return ProblemType.DISK_FULL.with(detail).retryAfter(RETRY);
    }

    /** Whether a failure, or one of its causes, is the disk's. */
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
