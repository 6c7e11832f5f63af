package io.xg2g.media;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.random.RandomInput;
import io.xg2g.random.RandomTest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JpegSplitterTest {
    private static final int MAX_BYTES = 64 * 1024;
    private static final byte[] RED = JpegImages.image(64, 48, 0xff0000);
    private static final byte[] BLUE = JpegImages.image(320, 200, 0x0000ff);
    private static final byte[] THUMBNAIL = JpegImages.image(16, 16, 0x00ff00);
    private static final byte[] LINE = "0, 1, 2\n".getBytes(StandardCharsets.US_ASCII);

    private final Found found = new Found();
    private final JpegSplitter splitter = new JpegSplitter(MAX_BYTES, found);

    /** What a splitter has found. */
    static final class Found implements JpegSplitter.Sink {
        final List<byte[]> images = new ArrayList<>();
        final List<String> sizes = new ArrayList<>();
        final List<String> between = new ArrayList<>();
        final List<String> invalid = new ArrayList<>();

        @Override
        public void image(Jpeg image, byte[] before) {
            images.add(image.bytes());
            sizes.add(image.width() + "x" + image.height());
            between.add(new String(before, StandardCharsets.ISO_8859_1));
        }

        @Override
        public void invalid(String reason) {
            invalid.add(reason);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 1000, 100_000})
    void imagesAreSplitWhateverTheChunks(int chunk) {
        feed(chunk, LINE, RED, LINE, BLUE, RED);

        assertThat(found.images).containsExactly(RED, BLUE, RED);
        assertThat(found.sizes).containsExactly("64x48", "320x200", "64x48");
        assertThat(found.between).containsExactly("0, 1, 2\n", "0, 1, 2\n", "");
        assertThat(found.invalid).isEmpty();
    }

    @Test
    void aThumbnailEndsNoImage() {
        byte[] image = JpegImages.withThumbnail(RED, THUMBNAIL);
        feed(100, image, image);

        assertThat(found.images).containsExactly(image, image);
    }

    @Test
    void junkBetweenImagesIsSkippedAndItsEndIsKept() {
        byte[] junk = new byte[5000];
        Arrays.fill(junk, (byte) 0xff);
        feed(333, junk, RED, junk, LINE, BLUE);

        assertThat(found.images).containsExactly(RED, BLUE);
        assertThat(found.between.getLast()).hasSize(JpegSplitter.MAX_BETWEEN).endsWith("0, 1, 2\n");
        assertThat(found.invalid).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 100_000})
    void theSearchGoesOnBehindTheHeaderOfASegmentThatIsTooLarge(int chunk) {
        feed(chunk, new byte[] {(byte) 0xff, (byte) 0xd8, (byte) 0xff, (byte) 0xe0, (byte) 0xff, (byte) 0xff}, RED);

        assertThat(found.images).containsExactly(RED);
        assertThat(found.invalid).containsExactly("an image has more than " + MAX_BYTES + " bytes");
    }

    @Test
    void aTruncatedImageIsInvalidAndTheNextOneIsFound() {
        byte[] cut = Arrays.copyOf(BLUE, BLUE.length - 20);
        feed(50, cut, RED, BLUE);

        assertThat(found.images).containsExactly(RED, BLUE);
        assertThat(found.invalid).containsExactly("an image begins within another one");
    }

    @Test
    void aThumbnailOfABrokenImageIsNoImage() {
        byte[] broken = JpegImages.withThumbnail(RED, THUMBNAIL);
        // The marker behind the segment of the thumbnail.
        broken[2 + 2 + 2 + THUMBNAIL.length] = 0;
        feed(50, broken, BLUE);

        assertThat(found.images).containsExactly(BLUE);
        assertThat(found.invalid).hasSize(1);
    }

    @Test
    void anImageWithoutASizeOrTablesIsInvalid() {
        byte[] noSize = RED.clone();
        int frame = indexOf(noSize, 0xc0);
        Arrays.fill(noSize, frame + 5, frame + 9, (byte) 0);
        byte[] noTables = RED.clone();
        for (int at = indexOf(noTables, 0xc4); at >= 0; at = indexOf(noTables, 0xc4)) {
            noTables[at + 1] = (byte) 0xfe;
        }
        feed(99, noSize, BLUE, noTables, BLUE);

        assertThat(found.images).containsExactly(BLUE, BLUE);
        assertThat(found.invalid)
                .containsExactly("the image has no size", "a scan begins before its headers and tables");
    }

    @Test
    void anImageThatIsTooLargeIsInvalidAndNotBuffered() {
        byte[] endless = JpegImages.join(Arrays.copyOf(RED, RED.length - 2), new byte[3 * MAX_BYTES]);
        feed(1000, endless, BLUE, RED);

        assertThat(found.images).containsExactly(BLUE, RED);
        assertThat(found.invalid).containsExactly("an image has more than 65536 bytes");
    }

    @Test
    void anImageAtTheEndOfTheStreamIsInvalid() {
        feed(1000, RED, Arrays.copyOf(BLUE, 300));
        splitter.end();
        splitter.end();

        assertThat(found.images).containsExactly(RED);
        assertThat(found.invalid).containsExactly("the stream ended within an image");
    }

    /** Wherever the header is damaged behind the thumbnail's marker, the thumbnail is no image, and later ones are found. */
    @RandomTest(tries = 200)
    void damagedHeadersYieldNoOtherImage(RandomInput random) {
        byte[] damaged = JpegImages.withThumbnail(BLUE, THUMBNAIL);
        int header = 2 + 2 + 2 + THUMBNAIL.length;
        int at = random.between(header, header + indexOf(BLUE, 0xda) - 2);
        damaged[at] ^= (byte) (1 << random.between(0, 7));
        byte[][] parts = new byte[100][];
        Arrays.fill(parts, RED);
        parts[0] = damaged;
        feed(random.between(1, 5000), parts);

        // A longer length takes later images with it.
        assertThat(found.images.stream().anyMatch(image -> Arrays.equals(image, THUMBNAIL)))
                .isFalse();
        assertThat(Arrays.equals(found.images.getLast(), RED)).isTrue();
    }

    private void feed(int chunk, byte[]... parts) {
        byte[] all = JpegImages.join(parts);
        for (int from = 0; from < all.length; from += chunk) {
            splitter.accept(all, from, Math.min(chunk, all.length - from));
        }
    }

    /** Position of the first marker, of which the bytes are unique in these images. */
    private static int indexOf(byte[] image, int marker) {
        for (int i = 0; i + 1 < image.length; i++) {
            if (image[i] == -1 && (image[i + 1] & 0xff) == marker) {
                return i;
            }
        }
        return -1;
    }
}
