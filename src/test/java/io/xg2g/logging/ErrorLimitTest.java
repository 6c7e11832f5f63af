package io.xg2g.logging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jboss.logmanager.ExtLogRecord;
import org.jboss.logmanager.Level;
import org.junit.jupiter.api.Test;

class ErrorLimitTest {
    private final AtomicLong nanos = new AtomicLong();
    private final ErrorLimit limit = new ErrorLimit(nanos::get);

    @Test
    void theFirstErrorsOfAFloodAreLoggedAndTheRestCounted() {
        assertThat(written(1000, () -> error("a", "failed: stream=%s", "x")).toList())
                .hasSize(ErrorLimit.MAX_LINES)
                .startsWith("")
                .last()
                .isEqualTo(" (further errors of this kind are suppressed for up to a minute)");

        nanos.addAndGet(ErrorLimit.WINDOW.toNanos());

        assertThat(limit.suffix(error("a", "failed: stream=%s", "y"))).isEqualTo(" left-out=990");
        assertThat(limit.suffix(error("a", "failed: stream=%s", "y"))).isEmpty();
    }

    @Test
    void kindsOfErrorsHaveSeparateLimits() {
        assertThat(written(100, () -> error("a", "failed: stream=%s", "x"))).hasSize(ErrorLimit.MAX_LINES);

        assertThat(limit.suffix(error("b", "failed: stream=%s", "x"))).isEmpty();
        assertThat(limit.suffix(error("a", "ended: stream=%s", "x"))).isEmpty();
        ExtLogRecord thrown = error("a", "failed: stream=%s", "x");
        thrown.setThrown(new IOException());
        assertThat(limit.suffix(thrown)).isEmpty();
    }

    @Test
    void changingMessagesDoNotAvoidTheLimit() {
        assertThat(IntStream.range(0, 1000)
                        .mapToObj(n -> limit.suffix(new ExtLogRecord(Level.ERROR, "path " + n, "a")))
                        .filter(Objects::nonNull))
                .hasSize(ErrorLimit.MAX_LINES);
        assertThat(IntStream.range(0, 10 * ErrorLimit.MAX_KINDS)
                        .mapToObj(n -> limit.suffix(error("a", n + "%s", "x")))
                        .filter(Objects::nonNull))
                .hasSizeLessThanOrEqualTo(ErrorLimit.MAX_KINDS + ErrorLimit.MAX_LINES);
    }

    @Test
    void onlyErrorsAreCounted() {
        assertThat(written(1000, () -> new ExtLogRecord(Level.WARN, "x", "a"))).hasSize(1000);
    }

    @Test
    void theFilterAddsTheCountAndRedactsTheMessage() {
        LogFilter filter = new LogFilter();
        ExtLogRecord last = error("a", "failed: url=%s", "");
        for (int n = 0; n < ErrorLimit.MAX_LINES; n++) {
            last = error("a", "failed: url=%s", "http://user:secret@h/");
            assertThat(filter.isLoggable(last)).isTrue();
        }

        assertThat(last.getMessage())
                .startsWith("failed: url=http://")
                .endsWith("suppressed for up to a minute)")
                .doesNotContain("secret");
        assertThat(filter.isLoggable(error("a", "failed: url=%s", "x"))).isFalse();
    }

    private Stream<String> written(int times, Supplier<ExtLogRecord> entry) {
        return IntStream.range(0, times)
                .mapToObj(_ -> limit.suffix(entry.get()))
                .filter(Objects::nonNull);
    }

    private static ExtLogRecord error(String logger, String message, Object parameter) {
        ExtLogRecord entry = new ExtLogRecord(Level.ERROR, message, ExtLogRecord.FormatStyle.PRINTF, "fqcn");
        entry.setLoggerName(logger);
        entry.setParameters(new Object[] {parameter});
        return entry;
    }
}
