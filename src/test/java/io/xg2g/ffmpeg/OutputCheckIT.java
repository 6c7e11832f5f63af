package io.xg2g.ffmpeg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import io.xg2g.media.VideoFacts;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputCheckIT {
    @TempDir
    Path directory;

    @Test
    void realFilesAreReadAsFfmpegWroteThem() throws Exception {
        VideoFacts stream = OutputCheck.video(TestMedia.progressive(), Container.MPEG_TS);
        VideoFacts movie = OutputCheck.video(TestMedia.silent(), Container.MP4);

        assertThat(stream.frames()).isEqualTo(75);
        assertThat(stream.duration()).isCloseTo(3, within(0.001));
        assertThat(stream.audio()).isTrue();
        assertThat(movie.frames()).isEqualTo(50);
        assertThat(movie.duration()).isCloseTo(2, within(0.001));
        assertThat(movie.audio()).isFalse();
    }

    @Test
    void anyTruncationIsDetected() throws Exception {
        byte[] movie = Files.readAllBytes(TestMedia.silent());
        Path file = directory.resolve("cut");
        for (int length = 0; length < movie.length; length += 997) {
            Files.write(file, Arrays.copyOf(movie, length));
            assertThatExceptionOfType(OutputCheck.Defect.class)
                    .isThrownBy(() -> OutputCheck.video(file, Container.MP4));
        }
        byte[] stream = Files.readAllBytes(TestMedia.progressive());
        for (int length = 1; length < stream.length; length += 9973) {
            Files.write(file, Arrays.copyOf(stream, length));
            assertThatExceptionOfType(OutputCheck.Defect.class)
                    .isThrownBy(() -> OutputCheck.video(file, Container.MPEG_TS));
        }
    }

    @Test
    void flippedBytesNeverCrashTheReaders() throws Exception {
        Random random = new Random(7);
        Path file = directory.resolve("flipped");
        for (int run = 0; run < 200; run++) {
            Container container = run % 2 == 0 ? Container.MP4 : Container.MPEG_TS;
            byte[] bytes =
                    Files.readAllBytes(container == Container.MP4 ? TestMedia.silent() : TestMedia.progressive());
            int near = run % 4 < 2 ? bytes.length : 4096;
            for (int n = 0; n < 50; n++) {
                int from = container == Container.MP4 && near == 4096 ? bytes.length - near : 0;
                bytes[from + random.nextInt(near)] = (byte) random.nextInt(256);
            }
            Files.write(file, bytes);
            try {
                assertThat(OutputCheck.video(file, container).frames()).isPositive();
            } catch (OutputCheck.Defect expected) {
                assertThat(expected.what()).isNotBlank();
            }
        }
    }
}
