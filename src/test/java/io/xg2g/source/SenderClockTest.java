package io.xg2g.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class SenderClockTest {
    private static final Instant START = Instant.parse("2026-01-31T12:00:00Z");
    private static final Duration AHEAD = Duration.ofMillis(16_250);

    private final SenderClock clock = new SenderClock();

    @Test
    void aReportTellsTheClock() {
        assertThat(clock.offset()).isEmpty();

        clock.packet(report(START.plus(AHEAD)), START);

        assertThat(Duration.ofNanos(clock.offset().orElseThrow()).minus(AHEAD).abs())
                .isLessThan(Duration.ofNanos(10));
    }

    @Test
    void aDelayedReportChangesNothing() {
        for (int n = 0; n < 10; n++) {
            Instant now = START.plusSeconds(5L * n);
            clock.packet(report(now.plus(AHEAD)), now.plusMillis(n % 3 == 0 ? 0 : 400));

            assertThat(offset()).isEqualTo(AHEAD);
        }
    }

    @Test
    void aClockThatIsSetOrDriftsIsFollowed() {
        clock.packet(report(START.plus(AHEAD)), START);
        clock.packet(report(START.minusSeconds(3600)), START.plusSeconds(5));
        assertThat(offset()).as("it may be delayed").isEqualTo(AHEAD);
        clock.packet(report(START.minusSeconds(3595)), START.plusSeconds(10));
        assertThat(offset()).isEqualTo(Duration.ofSeconds(-3605));

        clock.packet(report(START), START);
        assertThat(offset()).isEqualTo(Duration.ZERO);
        // Later by 100 ms with every report.
        for (int n = 1; n <= 160; n++) {
            clock.packet(report(START.minusMillis(100L * n)), START);
        }
        assertThat(offset()).isBetween(Duration.ofMillis(-16_000), Duration.ofMillis(-15_600));
    }

    @Test
    void otherPacketsAreIgnored() {
        byte[] report = report(START);
        byte[] media = report.clone();
        media[5] = 96;
        byte[] receiver = report.clone();
        receiver[5] = (byte) 201;
        byte[] version = report.clone();
        version[4] = 0;

        for (byte[] other : new byte[][] {media, receiver, version, new byte[4], java.util.Arrays.copyOf(report, 31)}) {
            clock.packet(other, START);
        }
        clock.packet(report(Instant.parse("1970-01-01T00:01:00Z")), START);

        assertThat(clock.offset()).isEmpty();
    }

    private Duration offset() {
        return Duration.ofMillis(Math.round(clock.offset().orElseThrow() / 1e6));
    }

    /** RFC 3550, section 6.4.1, in a packet of RFC 2326, section 10.12. */
    private static byte[] report(Instant sent) {
        return ByteBuffer.allocate(32)
                .put((byte) '$')
                .put((byte) 1)
                .putShort((short) 28)
                .put((byte) 0x80)
                .put((byte) 200)
                .putShort((short) 6)
                .putInt(0x1234)
                .putInt((int) (sent.getEpochSecond() + 2_208_988_800L))
                .putInt((int) (((long) sent.getNano() << 32) / 1_000_000_000L))
                .array();
    }
}
