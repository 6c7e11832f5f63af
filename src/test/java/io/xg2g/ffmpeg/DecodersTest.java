package io.xg2g.ffmpeg;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.process.ChildProcess;
import io.xg2g.process.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The allow list of decoders, and limits of inputs. */
class DecodersTest {
    @Test
    void decodersOfTheDevicesAreAllowedAndThoseOfRareFormatsAreNot() {
        Set<String> allowed = Set.of(Decoders.ALLOWED.split(","));

        assertThat(allowed)
                .contains("h264", "h264_qsv", "hevc_qsv", "mpeg2_qsv", "vp9_qsv", "av1_qsv", "libdav1d", "libvpx-vp9")
                .contains("aac", "aac_latm", "mp2float", "mp3float", "ac3", "eac3", "dca", "pcm_alaw")
                .doesNotContain("magicyuv", "png", "exr", "tiff", "jpeg2000", "rasc", "cavs", "ffv1");
    }

    @Test
    void theFfmpegOfTheImageHasTheAllowedDecodersOnly() throws IOException {
        String dockerfile = Files.readString(Path.of("src/main/docker/Dockerfile"));

        assertThat(dockerfile)
                .contains("\nARG DECODERS=" + Decoders.ALLOWED + ",rawvideo,wrapped_avframe\n")
                .contains("--disable-decoders --enable-decoder=\"$DECODERS\"");
    }

    @Test
    void coverArtMayBeOpenedByFfprobeButNotDecoded() {
        List<String> options = Decoders.probe();

        assertThat(options.get(options.indexOf("-codec_whitelist") + 1)).isEqualTo(Decoders.ALLOWED);
        assertThat(options.get(options.indexOf("-codec_whitelist:v") + 1).split(","))
                .contains("png", "h264");
        assertThat(Decoders.isStillImage("png")).isTrue();
        assertThat(Decoders.isStillImage("mjpeg")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[magicyuv @ 0x1] [error] Codec (magicyuv) not on whitelist 'h264,hevc'",
                "[x] [error] other\n[magicyuv @ 0x1] Codec (magicyuv) not on whitelist 'h264'"
            })
    void aRefusedDecoderIsNamedWithWhatIsAllowed(String said) {
        Failure failure = Decoders.refusal(said).orElseThrow();

        assertThat(failure.kind()).isEqualTo(Failure.Kind.UNSUPPORTED_MEDIA);
        assertThat(failure.detail()).contains("magicyuv", "supported: H.264, HEVC");
        assertThat(SourceFailures.classify(1, said)).isEqualTo(failure);
        assertThat(FailureClassifier.classify(
                        new ChildProcess.Ended(ChildProcess.End.EXITED, 1, "", said, Progress.NONE),
                        new ChildProcess.Limits(Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ZERO)))
                .isEqualTo(failure);
    }

    @Test
    void aTooLargeFrameIsRefusedWithItsSizeAndTheLimit() {
        assertThat(Decoders.refusal("[IMGUTILS @ 0x7] Picture size 16000x4000 exceeds specified max pixel count 3")
                        .orElseThrow()
                        .detail())
                .isEqualTo("the frame size is 16000x4000; the limit is 35389440 pixels (8192x4320)");
        assertThat(Decoders.refusal("Invalid data found")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"0, 180", "100000, 6430", "100000000000, 86400"})
    void theMaximumPlayingTimeFollowsFromTheSize(long bytes, long seconds) {
        assertThat(PlayingTime.longest(bytes)).isEqualTo(Duration.ofSeconds(seconds));
    }

    @ParameterizedTest
    @CsvSource({"180, 119, 119, false", "180, 121, 0, true", "180, 0, 121, true", "86400, 3600, 3600, false"})
    void aRunNearTheBoundCountsAsReachingIt(long longest, long reached, long video, boolean exceeded) {
        var progress = new Progress(9, 1000, reached * 1_000_000, 1, true);

        assertThat(PlayingTime.exceeded(progress, Duration.ofSeconds(video), Duration.ofSeconds(longest))
                        .isPresent())
                .isEqualTo(exceeded);
    }

    @ParameterizedTest
    @CsvSource({"24, 4, 4608", "23, 1, 8192", "128, 2, 8192", "4, 8, 1024"})
    void theMemoryLimitFollowsFromTheMachineAndTheConcurrentUnits(long gigabytes, int units, long megabytes) {
        assertThat(FfmpegSettings.memory(gigabytes << 30, units)).isEqualTo(megabytes << 20);
    }

    @ParameterizedTest
    @CsvSource({
        "5.1.9-0+deb12u1, true", "7.1.1, true", "8.1.1, true", "8.1, true", "n8.0.3, true",
        "8.1.2, false", "8.2, false", "9.0, false", "n8.1.2, false", "N-118000-gabc, false"
    })
    void anFfmpegWithKnownVulnerabilitiesCausesAWarning(String version, boolean warned) {
        assertThat(new Installation(version, Set.of(), "").warning().isPresent())
                .isEqualTo(warned);
    }
}
