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
 * Limits the rate of errors, logs clients that leave as {@code DEBUG}, and removes credentials. Each log handler is configured to use it ({@code quarkus.log.….filter});
 * where there are several, each of them counts what passes it.
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
            LOG.debugf("client left: logger=%s error=%s", entry.getLoggerName(), entry.getThrown());
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
