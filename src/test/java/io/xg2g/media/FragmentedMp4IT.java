package io.xg2g.media;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.media.FragmentedMp4.Fragment;
import io.xg2g.media.FragmentedMp4.Parts;
import io.xg2g.media.FragmentedMp4.Sample;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Fragmented files as ffmpeg writes them. */
class FragmentedMp4IT {

    private static final String MOVE = " -video_track_timescale 90000 -use_editlist 0 -avoid_negative_ts disabled"
            + " -movflags empty_moov+default_base_moof+frag_discont+skip_trailer -f mp4";

    private static final String VIDEO = "-f lavfi -i testsrc2=s=320x180:r=25:d=2 -pix_fmt yuv420p ";

    static List<Path> files() {
        return List.of(avc(), hevc(), many());
    }

    private static Path avc() {
        return FfmpegTool.make(
                "avc.mp4",
                VIDEO + "-c:v libx264 -profile:v high -bf 3 -g 250 -fflags +bitexact -output_ts_offset 10" + MOVE);
    }

    private static Path hevc() {
        return FfmpegTool.make(
                "hevc.mp4",
                VIDEO + "-c:v libx265 -x265-params log-level=error -tag:v hvc1 -output_ts_offset 10" + MOVE);
    }

    /** A fragment for each of four keyframes. */
    private static Path many() {
        return FfmpegTool.make(
                "many.mp4",
                VIDEO + "-c:v libx264 -g 13 -sc_threshold 0 -video_track_timescale 12800"
                        + " -movflags empty_moov+default_base_moof+frag_keyframe+dash -f mp4");
    }

    @ParameterizedTest
    @MethodSource("files")
    void samplesEqualThePacketsOfFfprobe(Path file) throws Exception {
        Parts parts = FragmentedMp4.split(FfmpegTool.read(file));

        List<Sample> samples = FragmentedMp4.samples(parts.media());
        List<FfmpegTool.Packet> packets = FfmpegTool.packets(file, "v:0");
        assertThat(samples).hasSameSizeAs(packets);
        for (int i = 0; i < samples.size(); i++) {
            Sample sample = samples.get(i);
            FfmpegTool.Packet packet = packets.get(i);
            assertThat(sample.pts()).isEqualTo(packet.pts());
            assertThat(sample.dts()).isEqualTo(packet.dts());
            assertThat(sample.size()).isEqualTo(packet.size());
            assertThat(sample.sync()).isEqualTo(packet.keyframe());
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void aFileInTwoPartsHasTheSameFrames(Path file) throws Exception {
        Parts parts = FragmentedMp4.split(FfmpegTool.read(file));

        Path again = FfmpegTool.write("parts.mp4", parts.init(), parts.media());

        assertThat(FfmpegTool.frames(again, "v:0", "")).isNotEmpty().isEqualTo(FfmpegTool.frames(file, "v:0", ""));
        assertThat(FfmpegTool.warnings(again)).isEmpty();
    }

    @Test
    void aSegmentHasItsDurationAndSize() throws Exception {
        Fragment fragment = FragmentedMp4.fragment(
                FragmentedMp4.split(FfmpegTool.read(avc())).media());
        Fragment several = FragmentedMp4.fragment(
                FragmentedMp4.split(FfmpegTool.read(many())).media());

        assertThat(fragment.samples()).isEqualTo(50);
        assertThat(fragment.duration()).isEqualTo(180_000);
        assertThat(several.samples()).isEqualTo(50);
    }

    @Test
    void aRebasedSegmentPlaysAtItsNewTime() throws Exception {
        Path file = many();
        Parts parts = FragmentedMp4.split(FfmpegTool.read(file));
        long delta = 1_795_000_000L * 12_800;

        FragmentedMp4.rebase(parts.media(), delta, 77);

        Path moved = FfmpegTool.write("moved.mp4", parts.init(), parts.media());
        List<Long> expected = FfmpegTool.packets(file, "v:0").stream()
                .map(packet -> packet.dts() + delta)
                .toList();
        assertThat(FfmpegTool.packets(moved, "v:0").stream().map(FfmpegTool.Packet::dts))
                .isEqualTo(expected);
        assertThat(FfmpegTool.warnings(moved)).isEmpty();
    }

    @Test
    void theCodecStringIsReadFromTheConfiguration() throws Exception {
        assertThat(track(avc())).isEqualTo(new VideoTrackInfo("avc1.64000c", 320, 180, 90_000));
        assertThat(track(hevc())).isEqualTo(new VideoTrackInfo("hvc1.1.6.L60.90", 320, 180, 90_000));
    }

    private static VideoTrackInfo track(Path file) throws MalformedMedia {
        return FragmentedMp4.track(FragmentedMp4.split(FfmpegTool.read(file)).init());
    }
}
