package io.xg2g.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;

class ChannelTimeTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final long SECOND = 90_000;

    private final Hand clock = new Hand();

    /** A clock that a test sets. */
    private static final class Hand implements InstantSource {
        Instant now = START.plusSeconds(100);

        @Override
        public Instant instant() {
            return now;
        }
    }

    private final ChannelTime time = new ChannelTime(clock, START);

    @Test
    void channelTimeIsTheTimeOfDay() {
        assertThat(time.begin(0)).isEqualTo(START.plusSeconds(100).getEpochSecond() * SECOND);
        assertThat(ChannelTime.ticks(Instant.parse("1970-01-01T00:00:01.500Z"))).isEqualTo(135_000);
    }

    @Test
    void bufferedMediaIsBeforeTheCurrentTime() {
        assertThat(time.begin(6 * SECOND)).isEqualTo(START.plusSeconds(94).getEpochSecond() * SECOND);
    }

    @Test
    void anEpochNeverStartsBeforeTheEndOfThePreviousOne() {
        long end = START.plusSeconds(103).getEpochSecond() * SECOND;
        time.reached(end);

        assertThat(time.begin(6 * SECOND)).isEqualTo(end);
    }

    @Test
    void channelTimeDoesNotGoBackWithTheClock() {
        long end = START.plusSeconds(100).getEpochSecond() * SECOND;
        time.reached(end);
        clock.now = START.minusSeconds(1_000_000);

        assertThat(time.begin(0)).isEqualTo(end);
    }

    @Test
    void channelTimeIsNotBeforeTheStartOfTheProgram() {
        clock.now = START.plusSeconds(2);

        assertThat(time.begin(10 * SECOND)).isEqualTo(START.getEpochSecond() * SECOND);
    }
}
