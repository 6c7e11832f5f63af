package io.xg2g.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Test that H.264 of a transport stream is the same video as CMAF. */
class AvcTrackIT {
    private static final long SHIFT = 1_795_000_000L * 90_000;

    private final DemuxedStream source = DemuxedStream.of(FfmpegTool.read(SampleStreams.wrapping()), 4096);
    private final List<VideoFrame> videoFrames = source.videoFrames;
    private final AvcTrack track =
            AvcTrack.of(source.programs.getFirst(), videoFrames.getFirst()).orElseThrow();

    @Test
    void theTrackEqualsThatOfFfmpeg() throws Exception {
        Path copy = FfmpegTool.make(
                "copied.mp4",
                "-i " + SampleStreams.wrapping() + " -map 0:v -c copy -video_track_timescale 90000 -movflags"
                        + " empty_moov+default_base_moof -f mp4");

        assertThat(track.info())
                .isEqualTo(FragmentedMp4.track(
                        FragmentedMp4.split(FfmpegTool.read(copy)).init()));
        assertThat(FragmentedMp4.track(track.init())).isEqualTo(track.info());
    }

    @Test
    void fragmentsDecodeToTheSameFramesWithoutAWarning() {
        Path file = file();

        assertThat(FfmpegTool.warnings(file)).isEmpty();
        assertThat(hashes(file)).isNotEmpty().isEqualTo(hashes(SampleStreams.wrapping()));
    }

    @Test
    void fragmentsHaveTheTimesOfTheirFrames() throws Exception {
        List<FfmpegTool.Packet> packets = FfmpegTool.packets(file(), "v:0");

        assertThat(packets).hasSameSizeAs(videoFrames);
        for (int i = 0; i < packets.size(); i++) {
            assertThat(packets.get(i).pts()).isEqualTo(videoFrames.get(i).pts() + SHIFT);
            assertThat(packets.get(i).dts()).isEqualTo(videoFrames.get(i).dts() + SHIFT);
            assertThat(packets.get(i).keyframe()).isEqualTo(isIdr(videoFrames.get(i)));
        }
    }

    @Test
    void videoThatBrowsersDoNotPlayHasNoTrack() {
        for (Path file : List.of(SampleStreams.h264(), SampleStreams.mpeg2(), SampleStreams.hevc())) {
            DemuxedStream other = DemuxedStream.of(FfmpegTool.read(file), 4096);

            assertThat(AvcTrack.of(other.programs.getFirst(), other.videoFrames.getFirst()))
                    .as("%s", file)
                    .isEmpty();
        }
    }

    @Test
    void theParameterSetsOfInterlacedVideoSayThatItMayBe() {
        VideoFrame interlaced = DemuxedStream.of(FfmpegTool.read(SampleStreams.h264()), 4096)
                .videoFrames
                .getFirst();

        assertThat(AvcTrack.mayBeInterlaced(interlaced)).isTrue();
        assertThat(AvcTrack.mayBeInterlaced(videoFrames.getFirst())).isFalse();
        assertThat(AvcTrack.mayBeInterlaced(videoFrames.get(1))).as("unknown").isTrue();
    }

    @Test
    void framesOfAnotherFormatAreRefused() {
        Path larger = FfmpegTool.make(
                "larger.ts",
                "-f lavfi -i testsrc2=s=720x404:r=25:d=1 -c:v libx264 -preset veryfast -pix_fmt yuv420p -f mpegts");
        List<VideoFrame> others = DemuxedStream.of(FfmpegTool.read(larger), 4096).videoFrames;

        assertThat(track.fragment(1, others, others.getLast().dts() + 3600, 0)).isEmpty();
        assertThat(track.fragment(
                        1, videoFrames.subList(1, 10), videoFrames.get(10).dts(), 0))
                .isEmpty();
        assertThat(track.fragment(
                        1, videoFrames.subList(0, 10), videoFrames.get(9).dts(), 0))
                .isEmpty();
    }

    private Path file() {
        List<byte[]> parts = new ArrayList<>();
        parts.add(track.init());
        int at = 0;
        while (at < videoFrames.size()) {
            int next = at + 1;
            while (next < videoFrames.size() && !isIdr(videoFrames.get(next))) {
                next++;
            }
            long end = next < videoFrames.size()
                    ? videoFrames.get(next).dts()
                    : videoFrames.getLast().dts() + 3600;
            parts.add(track.fragment(parts.size(), videoFrames.subList(at, next), end, SHIFT)
                    .orElseThrow());
            at = next;
        }
        assertThat(parts).hasSizeGreaterThan(3);
        return FfmpegTool.write("avc-track.mp4", parts.toArray(byte[][]::new));
    }

    /** Returns whether a frame has an IDR slice (ITU-T H.264, table 7-1). */
    private static boolean isIdr(VideoFrame frame) {
        byte[] data = NalUnits.elementary(frame.packets());
        return NalUnits.annexB(data).stream().anyMatch(unit -> (data[unit.from()] & 0x1f) == 5);
    }

    private static List<String> hashes(Path file) {
        return FfmpegTool.frames(file, "v:0", "").stream()
                .map(line -> line.substring(line.lastIndexOf(',')))
                .toList();
    }
}
