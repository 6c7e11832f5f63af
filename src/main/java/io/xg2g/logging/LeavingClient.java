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
 * Detects the log records by which the HTTP stack reports that a client has disconnected. Parts of it log that as a
 * warning or an error with a stack trace, so that clients could fill the log by opening and closing connections.
 */
final class LeavingClient {
    /** Loggers of the HTTP stack. */
    private static final List<String> HTTP_STACK =
            List.of("io.netty.channel.", "io.vertx.", "io.quarkus.vertx.http.", "org.jboss.resteasy.reactive.server.");

    /** Messages of the JDK and Netty for ECONNRESET, EPIPE and ECONNABORTED. */
    private static final Pattern CLOSED =
            Pattern.compile("(?i).*(connection reset|broken pipe|connection (was )?(aborted|closed)).*");

    private LeavingClient() {}

    /** Returns whether a record reports only that the peer has closed a connection. */
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
