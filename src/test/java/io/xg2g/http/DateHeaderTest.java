package io.xg2g.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DateHeaderTest {
    /** RFC 9110, section 5.6.7: the day of the month has two digits. */
    @ParameterizedTest
    @CsvSource({
        "1994-11-06T08:49:37Z, 'Sun, 06 Nov 1994 08:49:37 GMT'",
        "2026-12-31T23:59:59.999Z, 'Thu, 31 Dec 2026 23:59:59 GMT'"
    })
    void aDateIsAnImfFixdate(Instant now, String header) {
        assertThat(new DateHeader(InstantSource.fixed(now)).now()).isEqualTo(header);
    }

    @Test
    void aDateFollowsTheClock() {
        AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-12-31T23:59:59.999Z"));
        DateHeader header = new DateHeader(now::get);
        assertThat(header.now()).isEqualTo("Thu, 31 Dec 2026 23:59:59 GMT").isSameAs(header.now());

        now.set(Instant.parse("2027-01-01T00:00:00Z"));
        assertThat(header.now()).isEqualTo("Fri, 01 Jan 2027 00:00:00 GMT");

        now.set(Instant.parse("2026-12-31T23:59:58Z"));
        assertThat(header.now()).as("after the clock was set back").isEqualTo("Thu, 31 Dec 2026 23:59:58 GMT");
    }
}
