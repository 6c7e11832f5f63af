package io.xg2g.ffmpeg;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.gpu.Device;
import io.xg2g.process.ProcessPriority;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Small files with a high cost: gaps, large frames, unneeded decoders. */
@Timeout(300)
class HostileMediaIT {
    @TempDir
    Path directory;

    @Test
    void anHourWithoutAudioIsNotFilledWithSilence() throws Exception {
        Path file = HostileMedia.audioGap();
        assertThat(Files.size(file)).isLessThan(200_000);

        // Filled with silence by ffmpeg, the hour takes 3.5 GB.
        try (TranscodingSetup engine = TranscodingSetup.withInstalledEncoders(directory, Map.of("max-memory", "1G"))) {
            TranscodeUnit unit = engine.unit(file, "480p", Container.MP4);

            assertThat(engine.run(unit)).isInstanceOf(TranscodeOutcome.Produced.class);
            assertThat(Files.size(unit.outputDirectory().resolve("480p.mp4"))).isLessThan(1_000_000);
        }
    }

    @Test
    void manyGapsThatTogetherPlayForHoursAreRefused() throws Exception {
        Path file = HostileMedia.videoGaps();
        try (TranscodingSetup engine = TranscodingSetup.withInstalledEncoders(directory, Map.of())) {
            TranscodeUnit unit = engine.unit(file, "480p", Container.MP4);

            TranscodeOutcome outcome = engine.run(unit);

            assertThat(outcome).isInstanceOfSatisfying(TranscodeOutcome.Failed.class, failed -> {
                assertThat(failed.failure().kind()).isEqualTo(Failure.Kind.UNSUPPORTED_MEDIA);
                assertThat(failed.failure().detail()).contains("timestamps leave gaps", "bytes for each second");
            });
            assertThat(unit.outputDirectory()).isEmptyDirectory();
        }
    }

    @Test
    void aFrameThatIsTooLargeIsNotDecoded() {
        Path file = HostileMedia.largeFrame();

        assertThat(rejection(file)).contains("16000x4000", "8192x4320");
    }

    @Test
    void aCodecThatIsNotAllowedIsNamed() {
        for (String codec : new String[] {"ffv1", "magicyuv", "png"}) {
            Path file = TestMedia.encoded(codec + ".mkv", HostileMedia.VIDEO + " -c:v " + codec + " -f matroska");

            assertThat(rejection(file)).contains("codec " + codec, " is not supported", "supported: H.264");
        }
    }

    @Test
    void coverArtAndSubtitlesDoNotPreventTranscoding() throws Exception {
        Path words = Files.writeString(directory.resolve("words.srt"), "1\n00:00:00,000 --> 00:00:01,000\nHello\n");
        Path cover = TestMedia.encoded("cover.png", "-f lavfi -i testsrc2=s=64x64 -frames:v 1 -f image2pipe -c:v png");
        Path file = TestMedia.encoded(
                "covered.mp4",
                HostileMedia.VIDEO + " -i " + cover + " -i " + words
                        + " -map 0 -map 1 -map 2 -c:v:0 libx264 -pix_fmt:v:0 yuv420p"
                        + " -c:v:1 png -disposition:v:1 attached_pic -c:s mov_text -f mp4");
        try (TranscodingSetup engine = TranscodingSetup.withInstalledEncoders(directory, Map.of())) {
            TranscodeUnit unit = engine.unit(file, "480p", Container.MP4);

            assertThat(engine.transcoder.transcode(unit, Device.SOFTWARE, ProcessPriority.NORMAL, share -> {}))
                    .isInstanceOf(TranscodeOutcome.Produced.class);
        }
    }

    private String rejection(Path file) {
        try (TranscodingSetup engine = TranscodingSetup.withInstalledEncoders(directory, Map.of())) {
            assertThat(engine.inspector.inspect(file, ProcessPriority.NORMAL)).isInstanceOf(Inspection.Rejected.class);
            Failure failure = ((Inspection.Rejected) engine.inspector.inspect(file, ProcessPriority.NORMAL)).failure();
            assertThat(failure.kind()).isEqualTo(Failure.Kind.UNSUPPORTED_MEDIA);
            return failure.detail();
        }
    }
}
