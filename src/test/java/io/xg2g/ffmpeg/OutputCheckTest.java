package io.xg2g.ffmpeg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** Whatever a file holds, reading it ends in facts or in a defect, soon and in little memory. */
class OutputCheckTest {

    @Property(tries = 300)
    void noiseIsNoVideo(@ForAll byte[] noise) {
        for (Container container : Container.values()) {
            assertDefect(noise, container);
        }
    }

    @Property(tries = 300)
    void packetsOfNoiseAreReadOrRefused(@ForAll @Size(max = 200) byte[] noise, @ForAll @IntRange(max = 5) int packets) {
        byte[] stream = new byte[packets * 188];
        for (int i = 0; i < stream.length; i++) {
            stream[i] = i % 188 == 0 || noise.length == 0 ? 0x47 : noise[(i * 31) % noise.length];
        }

        assertDefect(stream, Container.MPEG_TS);
    }

    @Property(tries = 300)
    void boxesOfNoiseAreReadOrRefused(@ForAll byte[] noise, @ForAll int first, @ForAll int second) {
        byte[] movie =
                box("moov", box("trak", box("mdia", concat(box("hdlr", noise), box("stsz", ints(first, second))))));

        assertDefect(concat(box("ftyp", new byte[8]), movie), Container.MP4);
    }

    @Property(tries = 500)
    void tablesWithAnyNumbersAreReadOrRefused(
            @ForAll int samples,
            @ForAll int size,
            @ForAll int count,
            @ForAll int delta,
            @ForAll int entries,
            @ForAll int sync,
            @ForAll int timescale) {
        assertSettled(movie(samples, size, count, delta, entries, sync, timescale));
    }

    @Property(tries = 500)
    void tablesWithSmallNumbersAreReadOrRefused(
            @ForAll @IntRange(min = -1, max = 3) int samples,
            @ForAll @IntRange(max = 3) int size,
            @ForAll @IntRange(min = -1, max = 3) int count,
            @ForAll @IntRange(max = 3) int delta,
            @ForAll @IntRange(max = 2) int entries,
            @ForAll @IntRange(max = 3) int sync,
            @ForAll @IntRange(max = 3) int timescale) {
        assertSettled(movie(samples, size, count, delta, entries, sync, timescale));
    }

    @Test
    void aSoundMovieIsRead() throws Exception {
        Path file = write(movie(3, 2, 3, 1000, 1, 1, 1000));

        VideoFacts facts = OutputCheck.video(file, Container.MP4);

        assertThat(facts).isEqualTo(new VideoFacts(3, 0, 3, List.of(0.0), false));
        Files.delete(file);
    }

    @Test
    void aMovieWithoutItsMediaIsRefused() throws Exception {
        byte[] whole = movie(3, 2, 3, 1000, 1, 1, 1000);
        Path file = write(Arrays.copyOf(whole, whole.length - 14));

        assertThatExceptionOfType(OutputCheck.Defect.class)
                .isThrownBy(() -> OutputCheck.video(file, Container.MP4))
                .withMessage("the MP4 file has less media than its tables say");
        Files.delete(file);
    }

    @Test
    void aMovieThatDoesNotStartWithAKeyframeIsRefused() throws Exception {
        Path file = write(movie(3, 2, 3, 1000, 1, 2, 1000));

        assertThatExceptionOfType(OutputCheck.Defect.class)
                .isThrownBy(() -> OutputCheck.video(file, Container.MP4))
                .withMessage("the output does not start with a keyframe");
        Files.delete(file);
    }

    @Property(tries = 500)
    void anyBytesAreAJpegOrNot(@ForAll byte[] noise, @ForAll boolean framed) {
        byte[] bytes = framed ? concat(new byte[] {-1, -40, -1}, concat(noise, new byte[] {-1, -39})) : noise;
        try {
            Rung.Size size = JpegReader.read(ByteBuffer.wrap(bytes));
            assertThat(size.width()).isPositive();
        } catch (OutputCheck.Defect expected) {
            assertThat(expected.what()).isNotBlank();
        }
    }

    @Test
    void aJpegTellsItsSize() throws Exception {
        byte[] jpeg = {-1, -40, -1, -32, 0, 4, 0, 0, -1, -64, 0, 11, 8, 1, 104, 2, -128, 1, 0, 0, 0, -1, -39};

        assertThat(JpegReader.read(ByteBuffer.wrap(jpeg))).isEqualTo(new Rung.Size(640, 360));
    }

    private static void assertDefect(byte[] bytes, Container container) {
        Path file = write(bytes);
        try {
            assertThatExceptionOfType(OutputCheck.Defect.class).isThrownBy(() -> OutputCheck.video(file, container));
        } finally {
            delete(file);
        }
    }

    private static void assertSettled(byte[] bytes) {
        Path file = write(bytes);
        try {
            assertThat(OutputCheck.video(file, Container.MP4).frames()).isPositive();
        } catch (OutputCheck.Defect expected) {
            assertThat(expected.what()).isNotBlank();
        } finally {
            delete(file);
        }
    }

    /** One video track of samples of one size, timed by one entry, with one keyframe; then 8 bytes of media. */
    private static byte[] movie(int samples, int size, int count, int delta, int entries, int sync, int timescale) {
        byte[] tables = concat(
                box("stsz", ints(0, size, samples)),
                concat(box("stts", ints(0, entries, count, delta)), box("stss", ints(0, 1, sync))));
        byte[] media = concat(
                box("mdhd", ints(0, 0, 0, timescale, 0, 0)),
                concat(box("hdlr", ints(0, 0, 0x76696465)), box("minf", box("stbl", tables))));
        byte[] movie = box("moov", box("trak", box("mdia", media)));
        return concat(concat(box("ftyp", new byte[8]), movie), box("mdat", new byte[6]));
    }

    private static byte[] box(String type, byte[] content) {
        return ByteBuffer.allocate(8 + content.length)
                .putInt(8 + content.length)
                .put(type.getBytes(StandardCharsets.US_ASCII))
                .put(content)
                .array();
    }

    private static byte[] ints(int... values) {
        ByteBuffer buffer = ByteBuffer.allocate(4 * values.length);
        for (int value : values) {
            buffer.putInt(value);
        }
        return buffer.array();
    }

    private static byte[] concat(byte[] first, byte[] second) {
        return ByteBuffer.allocate(first.length + second.length)
                .put(first)
                .put(second)
                .array();
    }

    private static Path write(byte[] bytes) {
        try {
            return Files.write(Files.createTempFile("check", ".bin"), bytes);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    private static void delete(Path file) {
        try {
            Files.delete(file);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }
}
