package io.xg2g.ffmpeg;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.gpu.Device;
import io.xg2g.media.FragmentedMp4;
import io.xg2g.media.VideoTrackInfo;
import io.xg2g.process.ProcessPriority;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Test that the predicted properties of a rendition are those of the encoded one. */
class ExpectedRenditionIT {
    @TempDir
    Path temp;

    @Test
    void theEncodedRenditionHasTheExpectedProperties() throws Exception {
        try (TranscodingSetup engine = TranscodingSetup.withInstalledEncoders(temp, Map.of())) {
            for (Path clip : List.of(TestMedia.progressive(), TestMedia.mpeg2(), TestMedia.h264Interlaced())) {
                MediaInfo media = engine.media(clip);
                List<RenditionSpec> ladder = engine.profiles.ladderFor(media.video());
                FrameGrid grid = FrameGrid.of(media.video(), ladder, 126_000);
                Path output = Files.createTempDirectory(temp, "window");
                TranscodeOutcome outcome = engine.transcoder.transcode(
                        new TranscodeUnit(
                                clip, media, new Profile.Ladder("live", ladder), Container.CMAF, output, grid),
                        Device.SOFTWARE,
                        ProcessPriority.LIVE,
                        _ -> {});
                assertThat(outcome).isInstanceOf(TranscodeOutcome.Produced.class);
                for (RenditionSpec spec : ladder) {
                    ExpectedRendition expected =
                            ExpectedRendition.of(spec, media.video(), grid).orElseThrow();
                    Path file = ((TranscodeOutcome.Produced) outcome)
                            .renditions().stream()
                                    .filter(rendition -> rendition.name().equals(spec.name()))
                                    .findFirst()
                                    .orElseThrow()
                                    .file();
                    FragmentedMp4.Parts parts = FragmentedMp4.split(Files.readAllBytes(file));
                    VideoTrackInfo made = FragmentedMp4.track(parts.init());
                    FragmentedMp4.Fragment fragment = FragmentedMp4.fragment(parts.media());
                    assertThat(made.codec()).as("codec of %s", file).isLessThanOrEqualTo(expected.codec());
                    assertThat(made.codec().substring(0, 9))
                            .isEqualTo(expected.codec().substring(0, 9));
                    assertThat(made.width()).isEqualTo(expected.width());
                    assertThat(made.height()).isEqualTo(expected.height());
                    assertThat((double) fragment.samples() * made.timescale() / fragment.duration())
                            .isEqualTo(expected.frameRate());
                }
            }
        }
    }
}
