package io.xg2g.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PacerTest {
    private static final long SECOND = 90_000;

    private final Pacer pacer = new Pacer();

    @Test
    void aBurstOfFiveSecondsIsNotHeldBack() {
        for (int i = 0; i <= 5; i++) {
            assertThat(delay(i * SECOND, 0)).isZero();
        }
    }

    @Test
    void packetsAfterTheBurstAreDelayedToRealTime() {
        delay(0, 0);
        for (int i = 1; i <= 9; i++) {
            delay(i * SECOND, 0);
        }
        assertThat(delay(10 * SECOND, 0)).isEqualTo(Duration.ofSeconds(5));
        assertThat(delay(10 * SECOND, 5)).isZero();
    }

    @Test
    void theWrapOfTheClockIsNotAJump() {
        long last = (1L << 33) - SECOND;
        delay(last, 0);
        for (int i = 1; i <= 9; i++) {
            delay((last + i * SECOND) % (1L << 33), 0);
        }
        assertThat(delay((last + 10 * SECOND) % (1L << 33), 0)).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void aJumpOfTheClockTakesNoTime() {
        delay(0, 0);

        assertThat(delay(3600 * SECOND, 0)).isZero();
        assertThat(delay(0, 0)).isZero();
    }

    @Test
    void aStreamThatEndsDoesNotStopTheClock() {
        delay(0, 0);
        for (int i = 1; i <= 10; i++) {
            frame(i * SECOND, 0);
        }

        assertThat(frame(11 * SECOND, 0)).isEqualTo(Duration.ofSeconds(6));
        assertThat(frame(11 * SECOND, 6)).isZero();
    }

    @Test
    void aStreamThatIsLateDoesNotTurnBackTheClock() {
        for (int i = 0; i <= 10; i++) {
            frame(i * SECOND, 0);
            frame(i * SECOND - 2 * SECOND / 3, 0);
        }

        assertThat(frame(10 * SECOND, 0)).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void packetsWithoutAClockAreNotHeldBack() {
        assertThat(pacer.delay(new byte[188 * 3], 188 * 3, 0)).isZero();
    }

    private Duration delay(long pcr, long seconds) {
        byte[] packet = new byte[188];
        packet[0] = 0x47;
        packet[3] = 0x20;
        packet[4] = (byte) 183;
        packet[5] = 0x10;
        packet[6] = (byte) (pcr >> 25);
        packet[7] = (byte) (pcr >> 17);
        packet[8] = (byte) (pcr >> 9);
        packet[9] = (byte) (pcr >> 1);
        packet[10] = (byte) ((pcr & 1) << 7);
        return Duration.ofNanos(
                pacer.delay(packet, 188, Duration.ofSeconds(seconds).toNanos()));
    }

    private Duration frame(long dts, long seconds) {
        byte[] packet = new byte[188];
        packet[0] = 0x47;
        packet[1] = 0x41;
        packet[3] = 0x10;
        long time = dts & ((1L << 33) - 1);
        byte[] header = {
            0,
            0,
            1,
            (byte) 0xc0,
            0,
            0,
            (byte) 0x80,
            (byte) 0x80,
            5,
            (byte) (0x21 | ((time >> 29) & 0x0e)),
            (byte) (time >> 22),
            (byte) (1 | ((time >> 14) & 0xfe)),
            (byte) (time >> 7),
            (byte) (1 | ((time << 1) & 0xfe))
        };
        System.arraycopy(header, 0, packet, 4, header.length);
        return Duration.ofNanos(
                pacer.delay(packet, 188, Duration.ofSeconds(seconds).toNanos()));
    }
}
