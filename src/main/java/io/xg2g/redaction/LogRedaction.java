package io.xg2g.redaction;

import java.util.Arrays;
import java.util.Map;
import java.util.logging.Filter;
import java.util.logging.LogRecord;
import java.util.stream.Stream;
import org.jboss.logmanager.ExtFormatter;
import org.jboss.logmanager.ExtLogRecord;
import org.jboss.logmanager.ExtLogRecord.FormatStyle;
import org.jspecify.annotations.Nullable;

/**
 * Log filter that redacts credentials in every record: in the formatted message, in the diagnostic context (MDC), and
 * in the messages of the exception.
 */
public final class LogRedaction implements Filter {

    private static final ExtFormatter FORMATTER = new ExtFormatter() {
        @Override
        public String format(ExtLogRecord entry) {
            return formatMessage(entry);
        }
    };

    @Override
    public boolean isLoggable(LogRecord given) {
        ExtLogRecord entry = ExtLogRecord.wrap(given);
        String message = FORMATTER.format(entry);
        String redacted = message == null ? null : Redaction.text(message);
        if (redacted != null && !redacted.equals(message)) {
            entry.setMessage(redacted, FormatStyle.NO_FORMAT);
            entry.setParameters(null);
        }
        for (Map.Entry<String, String> context : entry.getMdcCopy().entrySet()) {
            String value = Redaction.text(context.getValue());
            if (!value.equals(context.getValue())) {
                entry.putMdc(context.getKey(), value);
            }
        }
        Throwable thrown = entry.getThrown();
        if (thrown != null && Redacted.needed(thrown, Redacted.MAX_DEPTH)) {
            entry.setThrown(new Redacted(thrown, Redacted.MAX_DEPTH));
        }
        return true;
    }

    /** Substitute for an exception whose message, or that of one of its causes, contains credentials. */
    private static final class Redacted extends Throwable {
        private static final long serialVersionUID = 1;
        private static final int MAX_DEPTH = 20;

        private final String type;

        Redacted(Throwable original, int depth) {
            super(message(original));
            type = original.getClass().getName();
            setStackTrace(original.getStackTrace());
            if (depth > 0) {
                if (original.getCause() != null) {
                    initCause(new Redacted(original.getCause(), depth - 1));
                }
                Arrays.stream(original.getSuppressed())
                        .forEach(suppressed -> addSuppressed(new Redacted(suppressed, depth - 1)));
            }
        }

        static boolean needed(Throwable thrown, int depth) {
            String message = thrown.getMessage();
            if (message != null && !Redaction.text(message).equals(message)) {
                return true;
            }
            return depth > 0
                    && Stream.concat(Stream.ofNullable(thrown.getCause()), Arrays.stream(thrown.getSuppressed()))
                            .anyMatch(inner -> needed(inner, depth - 1));
        }

        private static @Nullable String message(Throwable original) {
            return original.getMessage() == null ? null : Redaction.text(original.getMessage());
        }

        /** Begins with the type of the original exception. */
        @Override
        @SuppressWarnings("OverrideThrowableToString")
        public String toString() {
            return getMessage() == null ? type : type + ": " + getMessage();
        }
    }
}
