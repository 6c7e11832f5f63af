package io.xg2g.media;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Test that any bytes are read as a fragmented MP4 file, or refused as malformed. */
class FragmentedMp4FuzzTest {

    static Stream<byte[]> seeds() {
        return Stream.of(ParserInput.audioFile(), new byte[16]);
    }

    @MethodSource("seeds")
    @FuzzTest
    void anyBytesAreAResultOrMalformedMedia(byte @NotNull [] file) {
        ParserInput.readFile(file);
    }
}
