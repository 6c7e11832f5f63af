package io.xg2g.redaction;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.logging.LogRecord;
import org.jboss.logmanager.ExtLogRecord;
import org.jboss.logmanager.ExtLogRecord.FormatStyle;
import org.jboss.logmanager.Level;
import org.junit.jupiter.api.Test;

class LogRedactionTest {
    private static final String URL = "http://user:s3cr3t@h:80/live?token=s3cr3t";

    private final LogRedaction filter = new LogRedaction();

    @Test
    void theFormattedMessageLosesItsCredentials() {
        ExtLogRecord entry = entry("source lost: url=%s");
        entry.setParameters(new Object[] {URL});

        assertThat(filter.isLoggable(entry)).isTrue();

        assertThat(entry.getMessage()).isEqualTo("source lost: url=http://h:80/…");
        assertThat(entry.getParameters()).isNull();
    }

    @Test
    void exceptionsKeepTypeAndStackWithoutCredentialsInMessages() {
        ExtLogRecord entry = entry("failed");
        IOException failure = new IOException("no answer", new IllegalStateException("Illegal character in " + URL));
        failure.addSuppressed(new IOException(URL));
        entry.setThrown(failure);

        filter.isLoggable(entry);

        StringWriter printed = new StringWriter();
        entry.getThrown().printStackTrace(new PrintWriter(printed));
        assertThat(printed.toString())
                .contains(
                        "java.io.IOException: no answer",
                        "Caused by: java.lang.IllegalStateException: Illegal character in http://h:80/…",
                        "Suppressed: java.io.IOException: http://h:80/…",
                        "at " + LogRedactionTest.class.getName())
                .doesNotContain("s3cr3t");
    }

    @Test
    void recordsWithoutCredentialsAreUnchanged() {
        ExtLogRecord entry = entry("channel started: stream=%s");
        entry.setParameters(new Object[] {"news"});
        IOException failure = new IOException("no answer");
        entry.setThrown(failure);

        filter.isLoggable(entry);

        assertThat(entry.getMessage()).isEqualTo("channel started: stream=%s");
        assertThat(entry.getThrown()).isSameAs(failure);
    }

    @Test
    void theDiagnosticContextLosesItsCredentials() {
        ExtLogRecord entry = entry("received");
        entry.putMdc("url", URL);

        filter.isLoggable(entry);

        assertThat(entry.getMdc("url")).isEqualTo("http://h:80/…");
    }

    private static ExtLogRecord entry(String message) {
        LogRecord entry = new ExtLogRecord(Level.INFO, message, FormatStyle.PRINTF, LogRedactionTest.class.getName());
        return ExtLogRecord.wrap(entry);
    }
}
