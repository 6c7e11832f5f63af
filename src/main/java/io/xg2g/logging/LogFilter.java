package io.xg2g.logging;

import io.quarkus.logging.LoggingFilter;
import io.xg2g.redaction.LogRedaction;
import java.util.logging.Filter;
import java.util.logging.LogRecord;
import org.jboss.logging.Logger;
import org.jboss.logmanager.ExtFormatter;
import org.jboss.logmanager.ExtLogRecord;
import org.jboss.logmanager.ExtLogRecord.FormatStyle;
import org.jspecify.annotations.Nullable;

/**
 * Log filter that limits the rate of errors, logs disconnected clients at {@code DEBUG}, and redacts credentials. Every
 * log handler is configured with it ({@code quarkus.log.….filter}); each of several handlers has its own limit.
 */
@LoggingFilter(name = "xg2g")
public final class LogFilter implements Filter {
    private static final Logger LOG = Logger.getLogger(LogFilter.class);

    private static final ExtFormatter FORMATTER = new ExtFormatter() {
        @Override
        public String format(ExtLogRecord entry) {
            return formatMessage(entry);
        }
    };

    private final ErrorLimit errors = new ErrorLimit(System::nanoTime);
    private final LogRedaction redaction = new LogRedaction();

    @Override
    public boolean isLoggable(LogRecord given) {
        ExtLogRecord entry = ExtLogRecord.wrap(given);
        if (LeavingClient.isReportedBy(entry)) {
            LOG.debugf("client disconnected: logger=%s error=%s", entry.getLoggerName(), entry.getThrown());
            return false;
        }
        @Nullable String suffix = errors.suffix(entry);
        if (suffix == null) {
            return false;
        }
        if (!suffix.isEmpty()) {
            entry.setMessage(FORMATTER.format(entry) + suffix, FormatStyle.NO_FORMAT);
            entry.setParameters(null);
        }
        return redaction.isLoggable(entry);
    }
}
