package io.xg2g.media;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class TsTimesTest {
    private static final long WRAP = 1L << 33;

    @Property
    void aShiftBackRestoresTheBytes(@ForAll long delta) {
        byte[] stream = TsBuilder.stream(77);
        byte[] before = stream.clone();

        TsTimes.shift(stream, delta);
        TsTimes.shift(stream, -delta);

        assertThat(stream).isEqualTo(before);
    }

    @Property(tries = 2_000)
    void aShiftBackRestoresAnyBytes(@ForAll @Size(400) byte[] noise, @ForAll long delta) {
        // Packets that start units, with adaptation fields and payloads of noise.
        for (int packet = 0; packet < noise.length; packet += 188) {
            noise[packet] = 0x47;
        }
        byte[] before = noise.clone();

        TsTimes.shift(noise, delta);
        TsTimes.shift(noise, -delta);

        assertThat(noise).isEqualTo(before);
    }

    @Property
    void everyTimeMovesByTheSame(@ForAll @LongRange(min = 0, max = WRAP - 1) long start, @ForAll long delta) {
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
