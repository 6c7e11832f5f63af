package io.xg2g.media;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Test that any bytes are split into whole JPEG images, the same ones whatever the chunks. */
class JpegSplitterFuzzTest {
    private static final int MAX_BYTES = 4096;

    static Stream<byte[]> seeds() {
        byte[] image = JpegImages.image(32, 16, 0x123456);
        return Stream.of(
                JpegImages.join(image, new byte[] {'\r', '\n'}, image),
                JpegImages.withThumbnail(image, image),
                Arrays.copyOf(image, image.length / 2));
    }

    @MethodSource("seeds")
    @FuzzTest
    void imagesAreWholeWhateverTheChunks(byte @NotNull [] stream) {
        JpegSplitterTest.Found whole = split(stream, 64 * 1024);

        assertThat(whole.images).allSatisfy(image -> {
            assertThat(image).hasSizeLessThanOrEqualTo(MAX_BYTES);
            assertThat(Arrays.copyOf(image, 3)).containsExactly(0xff, 0xd8, 0xff);
            assertThat(Arrays.copyOfRange(image, image.length - 2, image.length))
                    .containsExactly(0xff, 0xd9);
        });
        assertThat(whole.images.stream().mapToInt(image -> image.length).sum()).isLessThanOrEqualTo(stream.length);
        if (stream.length < MAX_BYTES) {
            JpegSplitterTest.Found bytewise = split(stream, 1);
            assertThat(bytewise.images).containsExactlyElementsOf(whole.images);
            assertThat(bytewise.sizes).isEqualTo(whole.sizes);
        }
    }

    private static JpegSplitterTest.Found split(byte[] stream, int chunk) {
        JpegSplitterTest.Found found = new JpegSplitterTest.Found();
        JpegSplitter splitter = new JpegSplitter(MAX_BYTES, found);
        for (int from = 0; from < stream.length; from += chunk) {
            splitter.accept(stream, from, Math.min(chunk, stream.length - from));
        }
        splitter.end();
        return found;
    }
}
