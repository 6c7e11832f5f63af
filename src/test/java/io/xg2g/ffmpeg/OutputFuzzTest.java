package io.xg2g.ffmpeg;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.provider.MethodSource;

/** Test that the check of any output of ffmpeg ends in facts or in a defect. */
class OutputFuzzTest {
    @TempDir
    static Path directory;

    static Stream<byte[]> seeds() {
        return Stream.of(OutputCheckTest.movie(3, 2, 3, 1000, 1, 1, 1000), new byte[188]);
    }

    @MethodSource("seeds")
    @FuzzTest
    void anyBytesAreReadOrRefused(byte @NotNull [] output) throws IOException {
        Path file = Files.write(directory.resolve("output"), output);
        for (Container container : Container.values()) {
            try {
                assertThat(OutputCheck.video(file, container).frames()).isPositive();
            } catch (OutputCheck.Defect expected) {
                assertThat(expected.what()).isNotBlank();
            }
        }
    }
}
