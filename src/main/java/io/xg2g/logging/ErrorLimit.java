package io.xg2g.logging;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.logging.Level;
import org.jboss.logmanager.ExtLogRecord;
import org.jspecify.annotations.Nullable;

/**
 * Rate limiter for errors in the log: {@link #MAX_LINES} of one kind are written per {@link #WINDOW}, so that clients
 * that cause errors cannot fill the disk. The last line before the limit announces that further ones are dropped; the
 * first line after it has their number. Thread-safe.
 *
 * <p>A kind is a logger, its message before parameters are inserted, and the type of the exception. A message without
 * parameters may be concatenated and different each time; all of these of one logger are one kind.
 */
final class ErrorLimit {
    static final int MAX_LINES = 10;
    static final Duration WINDOW = Duration.ofMinutes(1);

    /** Further kinds share one limit. The program has fewer log statements, but libraries have many. */
    static final int MAX_KINDS = 2000;

    private static final int ERROR = org.jboss.logmanager.Level.ERROR.intValue();
    private static final Kind OTHER = new Kind(null, null, null);

    private final LongSupplier nanos;
    private final Map<Kind, LogRateLimiter> limiters = new ConcurrentHashMap<>();

    private record Kind(
            @Nullable String logger,
            @Nullable String message,
            @Nullable Class<?> thrown) {
        static Kind of(ExtLogRecord entry) {
            Object[] parameters = entry.getParameters();
            Throwable thrown = entry.getThrown();
            return new Kind(
                    entry.getLoggerName(),
                    parameters == null || parameters.length == 0 ? null : entry.getMessage(),
                    thrown == null ? null : thrown.getClass());
        }
    }

    ErrorLimit(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /**
     * Returns the text to append to the message of an entry.
     *
     * @return {@code null} if the entry is to be dropped
     */
    @Nullable
    String suffix(ExtLogRecord entry) {
        Level level = entry.getLevel();
        if (level.intValue() < ERROR) {
            return "";
        }
        LogRateLimiter limiter = limiter(Kind.of(entry));
        if (!limiter.tryAcquire()) {
            return null;
        }
        long dropped = limiter.dropped();
        String before = dropped > 0 ? String.format(Locale.ROOT, " left-out=%d", dropped) : "";
        return limiter.isExhausted()
                ? before + " (further errors of this kind are suppressed for up to a minute)"
                : before;
    }

    private LogRateLimiter limiter(Kind kind) {
        Kind counted = limiters.size() < MAX_KINDS || limiters.containsKey(kind) ? kind : OTHER;
        return limiters.computeIfAbsent(counted, _ -> new LogRateLimiter(MAX_LINES, WINDOW, nanos));
    }
}
