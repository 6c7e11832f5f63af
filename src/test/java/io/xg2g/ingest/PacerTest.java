package io.xg2g.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class PacerTest {
    private static final long SECOND = 90_000;

    private final Pacer pacer = new Pacer();

    @Test
    void mediaIsAsFarAheadAsItsTimesAreAheadOfTheClock() {
        reference(0, 0);
        for (int i = 1; i <= 10; i++) {
            reference(i * SECOND, 0);
        }

        assertThat(ahead(0)).isEqualTo(Duration.ofSeconds(10));
        assertThat(ahead(4)).isEqualTo(Duration.ofSeconds(6));
        assertThat(ahead(11)).isZero();
        assertThat(pacer.received()).isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void theWrapOfTheClockIsNotAJump() {
        long last = (1L << 33) - SECOND;
        for (int i = 0; i <= 10; i++) {
            reference((last + i * SECOND) % (1L << 33), 0);
        }

        assertThat(ahead(0)).isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void aJumpOfTheClockTakesNoTime() {
        reference(0, 0);
        reference(3600 * SECOND, 0);
        reference(0, 0);
        reference(SECOND, 0);

        assertThat(ahead(0)).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void aStreamThatEndsDoesNotStopTheClock() {
        reference(0, 0);
        for (int i = 0; i <= 11; i++) {
            frame(0x100, i * SECOND);
        }

        assertThat(ahead(0)).isEqualTo(Duration.ofSeconds(11));
    }

    @Test
    void aStreamThatIsLateDoesNotTurnBackTheClock() {
        for (int i = 0; i <= 10; i++) {
            frame(0x100, i * SECOND);
            frame(0x101, i * SECOND - 2 * SECOND / 3);
            frame(0x100, i * SECOND - SECOND / 3);
        }

        assertThat(ahead(0)).isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void programsWithOtherTimesAreNotAddedUp() {
        for (int i = 0; i <= 10; i++) {
            frame(0x100, i * SECOND);
            frame(0x200, (i + 6) * SECOND);
            frame(0x300, (i + 5000) * SECOND);
        }

        assertThat(ahead(0)).isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void aStreamThatBeginsLaterCountsFromThen() {
        for (int i = 0; i <= 4; i++) {
            frame(0x100, i * SECOND);
        }
        for (int i = 4; i <= 10; i++) {
            frame(0x101, i * SECOND);
        }

        assertThat(ahead(0)).isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void theNextStreamContinuesTheOneBefore() {
        reference(0, 0);
        pacer.resume(Duration.ofSeconds(3), 0);
        reference(70 * SECOND, 1);
        reference(72 * SECOND, 1);

        assertThat(ahead(1)).isEqualTo(Duration.ofSeconds(4));
        assertThat(pacer.received()).isEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void timeThatPassesBeforeTheNextStreamIsNotMadeUpFor() {
        reference(0, 0);
        pacer.resume(Duration.ofSeconds(3), 0);
        reference(70 * SECOND, 60);
        reference(72 * SECOND, 60);

        assertThat(ahead(60)).isEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void packetsNeedNotBeginWithAChunk() {
        for (int i = 0; i <= 10; i++) {
            byte[] packet = packet(i * SECOND);
            pacer.accept(Arrays.copyOf(packet, 100), 100, 0);
            pacer.accept(Arrays.copyOfRange(packet, 100, 188), 88, 0);
        }

        assertThat(ahead(0)).isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void mediaWithoutAClockIsNotAhead() {
        accept(new byte[188], 0);

        assertThat(ahead(0)).isZero();
    }

    private Duration ahead(long seconds) {
        return pacer.ahead(Duration.ofSeconds(seconds).toNanos());
    }

    /** Passes a packet, and two null packets by which it is recognised. */
    private void accept(byte[] packet, long seconds) {
        byte[] packets = new byte[3 * 188];
        System.arraycopy(packet, 0, packets, 0, 188);
        for (int at = 188; at < packets.length; at += 188) {
            packets[at] = 0x47;
            packets[at + 1] = 0x1f;
            packets[at + 2] = (byte) 0xff;
            packets[at + 3] = 0x10;
        }
        pacer.accept(packets, packets.length, Duration.ofSeconds(seconds).toNanos());
    }

    private void reference(long pcr, long seconds) {
        accept(packet(pcr), seconds);
    }

    /** Returns a packet with a clock reference. */
    private static byte[] packet(long pcr) {
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
        return packet;
    }

    /** Passes the first packet of a frame. */
    private void frame(int pid, long dts) {
        byte[] packet = new byte[188];
        packet[0] = 0x47;
        packet[1] = (byte) (0x40 | pid >> 8);
        packet[2] = (byte) pid;
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
        accept(packet, 0);
    }
}
