package io.xg2g.ffmpeg;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;
import java.nio.ByteBuffer;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Test that any bytes are a JPEG with a size, or have a defect. */
class JpegFuzzTest {

    static Stream<byte[]> seeds() {
        byte[] image = {-1, -40, -1, -32, 0, 4, 0, 0, -1, -64, 0, 11, 8, 1, 104, 2, -128, 1, 0, 0, 0, -1, -39};
        return Stream.of(image);
    }

    @MethodSource("seeds")
    @FuzzTest
    void anyBytesHaveASizeOrADefect(byte @NotNull [] image) {
        try {
            Rung.Size size = JpegReader.read(ByteBuffer.wrap(image));
            assertThat(size.width()).isPositive();
            assertThat(size.height()).isPositive();
        } catch (OutputCheck.Defect expected) {
            assertThat(expected.what()).isNotBlank();
        }
    }
}
