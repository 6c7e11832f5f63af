package io.xg2g.logging;

import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.StreamResetException;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.List;
import java.util.logging.Level;
import java.util.regex.Pattern;
import org.jboss.logmanager.ExtLogRecord;
import org.jspecify.annotations.Nullable;

/**
 * Tells the records by which the HTTP stack reports that a client has left: some of its parts log that as a warning or an error,
 * with its stack trace, each time. Whoever opens and closes connections could fill the log with it.
 */
final class LeavingClient {
    /** The parts of the HTTP stack, by their loggers. */
    private static final List<String> HTTP_STACK =
            List.of("io.netty.channel.", "io.vertx.", "io.quarkus.vertx.http.", "org.jboss.resteasy.reactive.server.");

    /** As the kernel's errors are called (ECONNRESET, EPIPE, ECONNABORTED), by the JDK and by Netty. */
    private static final Pattern CLOSED =
            Pattern.compile("(?i).*(connection reset|broken pipe|connection (was )?(aborted|closed)).*");

    private LeavingClient() {}

    /** Whether a record says nothing else than that a connection was closed by its other end. */
    static boolean isReportedBy(ExtLogRecord entry) {
        @Nullable String logger = entry.getLoggerName();
        return entry.getLevel().intValue() >= Level.WARNING.intValue()
                && logger != null
                && HTTP_STACK.stream().anyMatch(logger::startsWith)
                && isCauseOf(entry.getThrown());
    }

    private static boolean isCauseOf(@Nullable Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof ClosedChannelException
                    || cause instanceof HttpClosedException
                    || cause instanceof StreamResetException
                    || (cause instanceof IOException
                            && CLOSED.matcher(String.valueOf(cause.getMessage()))
                                    .matches())) {
                return true;
            }
        }
        return false;
    }
}
