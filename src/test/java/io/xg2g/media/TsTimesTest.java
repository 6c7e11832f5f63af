package io.xg2g.media;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.random.RandomInput;
import io.xg2g.random.RandomTest;
import org.junit.jupiter.api.Test;

class TsTimesTest {
    private static final long WRAP = 1L << 33;

    @RandomTest
    void aShiftBackRestoresTheBytes(RandomInput input) {
        long delta = input.anyLong();
        byte[] stream = TsBuilder.stream(77);
        byte[] before = stream.clone();

        TsTimes.shift(stream, delta);
        TsTimes.shift(stream, -delta);

        assertThat(stream).isEqualTo(before);
    }

    @RandomTest
    void aShiftBackRestoresAnyBytes(RandomInput input) {
        for (int i = 0; i < 20; i++) {
            assertShiftBackRestores(input.bytesOf(400), input.anyLong());
        }
    }

    private static void assertShiftBackRestores(byte[] noise, long delta) {
        // Packets that start units, with adaptation fields and random payloads.
        for (int packet = 0; packet < noise.length; packet += 188) {
            noise[packet] = 0x47;
        }
        byte[] before = noise.clone();

        TsTimes.shift(noise, delta);
        TsTimes.shift(noise, -delta);

        assertThat(noise).isEqualTo(before);
    }

    @RandomTest
    void everyTimeMovesByTheSame(RandomInput input) {
        long start = input.between(0, WRAP - 1);
        long delta = input.anyLong();
        byte[] stream = TsBuilder.stream(start);

        TsTimes.shift(stream, delta);

        assertThat(stream).isEqualTo(TsBuilder.stream(start + delta));
    }

    @Test
    void scrambledAndDamagedPacketsKeepTheirPayload() {
        byte[] stream = TsBuilder.stream(0);
        for (int packet = 0; packet < stream.length; packet += 188) {
            if (TsPacket.pid(stream, packet) == TsBuilder.AUDIO) {
                stream[packet + 3] |= (byte) 0xc0;
            } else {
                stream[packet + 1] |= (byte) 0x80;
            }
        }
        byte[] before = stream.clone();

        TsTimes.shift(stream, 90_000);

        assertThat(stream).isEqualTo(before);
    }
}
