package io.xg2g.media;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Test that any bytes are read as an MPEG transport stream: sources, and the segmenter's output. */
class TransportStreamFuzzTest {

    static Stream<byte[]> seeds() {
        byte[] stream = TsBuilder.stream(1L << 32);
        return Stream.of(Arrays.copyOf(stream, 8 * 188), stream, new byte[188]);
    }

    @MethodSource("seeds")
    @FuzzTest
    void anyBytesAreRead(byte @NotNull [] stream) {
        ParserInput.readAll(stream, 188);
    }
}
