package io.xg2g.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TsPacketTest {
    @ParameterizedTest
    @CsvSource({
        "0, 752, true",
        "1, 752, true",
        "100, 752, true",
        "187, 752, true",
        "0, 377, true",
        "0, 376, false",
        "187, 377, false",
        "0, 0, false"
    })
    void aTransportStreamIsRecognisedFromAnyByteOn(int from, int length, boolean recognised) {
        byte[] stream = new byte[10 * TsPacket.SIZE];
        for (int packet = 0; packet < stream.length; packet += TsPacket.SIZE) {
            stream[packet] = TsPacket.SYNC;
        }

        assertThat(TsPacket.beginsTransportStream(Arrays.copyOfRange(stream, from, from + length)))
                .isEqualTo(recognised);
    }

    @ParameterizedTest
    @CsvSource({"0", "1", "2"})
    void oneOfThreePacketsWithoutASyncByteIsNone(int packet) {
        byte[] stream = new byte[3 * TsPacket.SIZE];
        stream[0] = TsPacket.SYNC;
        stream[TsPacket.SIZE] = TsPacket.SYNC;
        stream[2 * TsPacket.SIZE] = TsPacket.SYNC;
        stream[packet * TsPacket.SIZE] = 0;

        assertThat(TsPacket.beginsTransportStream(stream)).isFalse();
    }
}
