package io.xg2g.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.ffmpeg.Codec;
import io.xg2g.ffmpeg.Container;
import io.xg2g.ffmpeg.Failure;
import io.xg2g.ffmpeg.FrameGrid;
import io.xg2g.ffmpeg.MediaInfo;
import io.xg2g.ffmpeg.Profile;
import io.xg2g.ffmpeg.RenditionSpec;
import io.xg2g.ffmpeg.Slate;
import io.xg2g.ffmpeg.TranscodeUnit;
import io.xg2g.process.ProcessPriority;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What gateways and workers write, the other side reads. */
class UnitOrderTest {
    private static final MediaInfo SOURCE = new MediaInfo(
            "mpegts",
            Duration.ofNanos(2_000_000_001L),
            new MediaInfo.Video(
                    2, "hevc", 3840, 2160, "yuv420p10le", true, 59.94, 1.5, 270, MediaInfo.DynamicRange.HLG),
            new MediaInfo.Audio(1, "ac3", 48_000, 6));
    private static final Profile LADDER = new Profile.Ladder(
            "tv",
            List.of(
                    new RenditionSpec("720p", Codec.H264, 720, 3_000_000, 50),
                    new RenditionSpec("480p", Codec.HEVC, 480, 1_000_000, 25)));

    @Test
    void aWindowArrivesAsItWasSent() throws Exception {
        assertThatArrives(new TranscodeUnit(
                Path.of("/in"),
                SOURCE,
                LADDER,
                Container.CMAF,
                Path.of("/out"),
                new FrameGrid(90_000, 50, 1, 100),
                new Slate("No signal")));
    }

    @Test
    void aClipArrivesAsItWasSent() throws Exception {
        MediaInfo silent = new MediaInfo("mov", Duration.ZERO, SOURCE.video(), null);
        assertThatArrives(new TranscodeUnit(Path.of("/in"), silent, LADDER, Container.MP4, Path.of("/out")));
    }

    @Test
    void aPreviewArrivesAsItWasSent() throws Exception {
        assertThatArrives(new TranscodeUnit(
                Path.of("/in"), SOURCE, new Profile.Preview("preview", 180), Container.MP4, Path.of("/out")));
    }

    private static void assertThatArrives(TranscodeUnit unit) throws Exception {
        UnitOrder order = UnitOrder.of(
                "job-1", 2, unit, ProcessPriority.LIVE, "http://gateway/in", Map.of("720p", "http://gateway/0"));

        String json = ClusterMessages.json(order).replaceFirst("\\{", "{\"ofANewerRelease\":1,");
        UnitOrder read = ClusterMessages.JSON.readValue(json, UnitOrder.class);

        assertThat(read).isEqualTo(order);
        assertThat(read.unit(Path.of("/in"), Path.of("/out"))).isEqualTo(unit);
    }

    @Test
    void reportsArriveAsTheyWereSent() throws Exception {
        for (UnitReport report : List.of(
                UnitReport.progress(0.25),
                UnitReport.failed(Failure.Kind.SCRAMBLED, "the input is scrambled"),
                UnitReport.produced(
                        "h264_nvenc",
                        List.of(new UnitReport.Output(
                                "720p", "mp4", "video/mp4", 1, 1280, 720, Duration.ofMillis(2_001), "ab"))))) {
            assertThat(ClusterMessages.JSON.readValue(ClusterMessages.json(report), UnitReport.class))
                    .isEqualTo(report);
        }
    }
}
