package io.xg2g.ffmpeg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.xg2g.media.VideoFacts;
import io.xg2g.random.RandomInput;
import io.xg2g.random.RandomTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Test that reading any file ends in facts or in a defect, in bounded time and memory. */
class OutputCheckTest {

    @RandomTest
    void randomBytesAreNoVideo(RandomInput input) {
        for (int i = 0; i < 3; i++) {
            assertDefect(input.bytes(255), input.of(Container.values()));
        }
    }

    @RandomTest
    void packetsOfNoiseAreReadOrRefused(RandomInput input) {
        for (int i = 0; i < 3; i++) {
            byte[] stream = input.bytesOf(input.between(0, 5) * 188);
            for (int packet = 0; packet < stream.length; packet += 188) {
                stream[packet] = 0x47;
            }
            assertDefect(stream, Container.MPEG_TS);
        }
    }

    @RandomTest
    void boxesOfNoiseAreReadOrRefused(RandomInput input) {
        for (int i = 0; i < 3; i++) {
            byte[] sizes = box("stsz", ints(input.anyInt(), input.anyInt()));
            byte[] movie = box("moov", box("trak", box("mdia", concat(box("hdlr", input.bytes(255)), sizes))));
            assertDefect(concat(box("ftyp", new byte[8]), movie), Container.MP4);
        }
    }

    @RandomTest
    void tablesWithAnyNumbersAreReadOrRefused(RandomInput input) {
        for (int i = 0; i < 5; i++) {
            assertSettled(movie(
                    input.anyInt(),
                    input.anyInt(),
                    input.anyInt(),
                    input.anyInt(),
                    input.anyInt(),
                    input.anyInt(),
                    input.anyInt()));
        }
    }

    @RandomTest
    void tablesWithSmallNumbersAreReadOrRefused(RandomInput input) {
        for (int i = 0; i < 5; i++) {
            assertSettled(movie(
                    input.between(-1, 3),
                    input.between(0, 3),
                    input.between(-1, 3),
                    input.between(0, 3),
                    input.between(0, 2),
                    input.between(0, 3),
                    input.between(0, 3)));
        }
    }

    @Test
    void aCompleteMovieIsRead() throws Exception {
        Path file = write(movie(3, 2, 3, 1000, 1, 1, 1000));

        VideoFacts facts = OutputCheck.video(file, Container.MP4);

        assertThat(facts).isEqualTo(new VideoFacts(3, 0, 3, List.of(0.0), false));
        Files.delete(file);
    }

    @Test
    void aMovieWithoutMediaDataIsRefused() throws Exception {
        byte[] whole = movie(3, 2, 3, 1000, 1, 1, 1000);
        Path file = write(Arrays.copyOf(whole, whole.length - 14));

        assertThatExceptionOfType(OutputCheck.Defect.class)
                .isThrownBy(() -> OutputCheck.video(file, Container.MP4))
                .withMessage("the MP4 file has less media data than its sample tables declare");
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

    @RandomTest
    void anyBytesAreAJpegOrNot(RandomInput input) {
        for (int i = 0; i < 5; i++) {
            byte[] noise = input.bytes(255);
            byte[] framed = concat(new byte[] {-1, -40, -1}, concat(noise, new byte[] {-1, -39}));
            try {
                Rung.Size size = JpegReader.read(ByteBuffer.wrap(input.of(noise, framed)));
                assertThat(size.width()).isPositive();
            } catch (OutputCheck.Defect expected) {
                assertThat(expected.what()).isNotBlank();
            }
        }
    }

    @Test
    void theSizeOfAJpegIsRead() throws Exception {
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
    static byte[] movie(int samples, int size, int count, int delta, int entries, int sync, int timescale) {
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
            Path file = Files.createTempFile("check", ".bin");
            file.toFile().deleteOnExit();
            return Files.write(file, bytes);
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
