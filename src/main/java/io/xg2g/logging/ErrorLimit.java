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
 * Rate limit of errors: of one kind {@link #MOST} are written in {@link #WINDOW}, so that whoever can cause an error from
 * outside cannot fill the disk with it. The last one before the limit says that further ones are left out, the first one after
 * it how many were. Thread-safe.
 *
 * <p>A kind is a logger, its message before parameters are put in, and the type of the exception. A message without parameters
 * may have been put together by its logger and be another one each time; all of these are one kind for each logger.
 */
final class ErrorLimit {
    static final int MOST = 10;
    static final Duration WINDOW = Duration.ofMinutes(1);

    /** More are counted as one kind: the kinds are as many as the code has log statements, but libraries have many. */
    static final int MOST_KINDS = 2000;

    private static final int ERROR = org.jboss.logmanager.Level.ERROR.intValue();
    private static final Kind FURTHER = new Kind(null, null, null);

    private final LongSupplier nanos;
    private final Map<Kind, LogRateLimiter> budgets = new ConcurrentHashMap<>();

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
     * What is to be added to an entry's message.
     *
     * @return {@code null} if the entry is to be left out
     */
    @Nullable
    String suffix(ExtLogRecord entry) {
        Level level = entry.getLevel();
        if (level.intValue() < ERROR) {
            return "";
        }
        LogRateLimiter budget = budget(Kind.of(entry));
        if (!budget.take()) {
            return null;
        }
        long leftOut = budget.leftOut();
        String before = leftOut > 0 ? String.format(Locale.ROOT, " left-out=%d", leftOut) : "";
        return budget.isUsedUp() ? before + " (further errors of this kind are left out for a minute)" : before;
    }

    private LogRateLimiter budget(Kind kind) {
        Kind counted = budgets.size() < MOST_KINDS || budgets.containsKey(kind) ? kind : FURTHER;
        return budgets.computeIfAbsent(counted, _ -> new LogRateLimiter(MOST, WINDOW, nanos));
    }
}
