package io.xg2g.source;

import static io.xg2g.ffmpeg.RtspCamera.senderReport;
import static org.assertj.core.api.Assertions.assertThat;

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

        clock.packet(senderReport(START.plus(AHEAD)), START);

        assertThat(Duration.ofNanos(clock.offset().orElseThrow()).minus(AHEAD).abs())
                .isLessThan(Duration.ofNanos(10));
    }

    @Test
    void aDelayedReportChangesNothing() {
        for (int n = 0; n < 10; n++) {
            Instant now = START.plusSeconds(5L * n);
            clock.packet(senderReport(now.plus(AHEAD)), now.plusMillis(n % 3 == 0 ? 0 : 400));

            assertThat(offset()).isEqualTo(AHEAD);
        }
    }

    @Test
    void aClockThatIsSetOrDriftsIsFollowed() {
        clock.packet(senderReport(START.plus(AHEAD)), START);
        clock.packet(senderReport(START.minusSeconds(3600)), START.plusSeconds(5));
        assertThat(offset()).as("it may be delayed").isEqualTo(AHEAD);
        clock.packet(senderReport(START.minusSeconds(3595)), START.plusSeconds(10));
        assertThat(offset()).isEqualTo(Duration.ofSeconds(-3605));

        clock.packet(senderReport(START), START);
        assertThat(offset()).isEqualTo(Duration.ZERO);
        // Later by 100 ms with every report.
        for (int n = 1; n <= 160; n++) {
            clock.packet(senderReport(START.minusMillis(100L * n)), START);
        }
        assertThat(offset()).isBetween(Duration.ofMillis(-16_000), Duration.ofMillis(-15_600));
    }

    @Test
    void otherPacketsAreIgnored() {
        byte[] report = senderReport(START);
        byte[] media = report.clone();
        media[5] = 96;
        byte[] receiver = report.clone();
        receiver[5] = (byte) 201;
        byte[] version = report.clone();
        version[4] = 0;

        for (byte[] other : new byte[][] {media, receiver, version, new byte[4], java.util.Arrays.copyOf(report, 31)}) {
            clock.packet(other, START);
        }
        clock.packet(senderReport(Instant.parse("1970-01-01T00:01:00Z")), START);

        assertThat(clock.offset()).isEmpty();
    }

    private Duration offset() {
        return Duration.ofMillis(Math.round(clock.offset().orElseThrow() / 1e6));
    }
}
