package io.xg2g.ffmpeg;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is learned of what not every build of ffmpeg can do. */
class FfmpegProbeIT {
    @TempDir
    Path directory;

    /** A slate that is late is stopped, which says nothing about the filter. */
    @Test
    void anInterruptEndsTheWaitAndNotTheProbe() throws IOException {
        try (TranscodingSetup setup = setup("exit 0")) {
            FfmpegProbe probe = FfmpegProbe.ofDrawText(setup.settings, setup.work);

            Thread.currentThread().interrupt();
            boolean first = probe.works();
            boolean interrupted = Thread.interrupted();

            assertThat(probe.works()).as("after the interrupt, %b", first).isTrue();
            assertThat(interrupted).isTrue();
            assertThat(runs()).isEqualTo(1);
            assertThat(setup.remainingFiles()).isEmpty();
        }
    }

    @Test
    void aFilterThatDoesNotWorkIsTestedOnce() throws IOException {
        try (TranscodingSetup setup = setup("exit 1")) {
            FfmpegProbe probe = FfmpegProbe.ofDrawText(setup.settings, setup.work);

            assertThat(probe.works()).isFalse();
            assertThat(probe.works()).isFalse();
            assertThat(runs()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @CsvSource({"true, -extension_picky <boolean>", "false, -allowed_extensions <string>"})
    void theCheckOfExtensionsIsKnownByTheOptionsOfTheDemuxer(boolean checks, String option) throws IOException {
        try (TranscodingSetup setup = setup("echo '  " + option + "'")) {
            assertThat(FfmpegProbe.ofExtensionCheck(setup.settings, setup.work).works())
                    .isEqualTo(checks);
        }
    }

    private TranscodingSetup setup(String end) throws IOException {
        Path ffmpeg =
                FakeFfmpeg.script(directory.resolve("ffmpeg"), "echo run >>" + directory.resolve("runs") + "\n" + end);
        return new TranscodingSetup(directory, Map.of("path", ffmpeg.toString()));
    }

    private int runs() throws IOException {
        return Files.readAllLines(directory.resolve("runs")).size();
    }
}
