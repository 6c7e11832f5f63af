package io.xg2g.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Comparison of the demuxer with ffprobe. */
class TsDemuxerIT {

    static List<Path> streams() {
        return List.of(SampleStreams.h264(), SampleStreams.mpeg2(), SampleStreams.hevc(), SampleStreams.wrapping());
    }

    @ParameterizedTest
    @MethodSource("streams")
    void videoFramesHaveTheTimesAndKeyframesOfFfprobe(Path file) {
        DemuxedStream demuxed = DemuxedStream.of(FfmpegTool.read(file), 4096);

        List<FfmpegTool.Packet> expected = FfmpegTool.packets(file, "v:0");
        long origin = demuxed.videoFrames.getFirst().dts() - expected.getFirst().dts();
        assertThat(origin)
                .as("ffprobe counts from the first time too, or from below zero")
                .matches(Ticks33::multiple);
        assertThat(demuxed.videoFrames).hasSameSizeAs(expected);
        for (int i = 0; i < expected.size(); i++) {
            VideoFrame videoFrame = demuxed.videoFrames.get(i);
            FfmpegTool.Packet packet = expected.get(i);
            assertThat(videoFrame.dts()).isEqualTo(packet.dts() + origin);
            assertThat(videoFrame.pts()).isEqualTo(packet.pts() + origin);
            assertThat(videoFrame.keyframe()).isEqualTo(packet.keyframe());
        }
    }

    @ParameterizedTest
    @MethodSource("streams")
    void audioFramesHaveTheTimesAndSizesOfFfprobe(Path file) {
        DemuxedStream demuxed = DemuxedStream.of(FfmpegTool.read(file), 1000);

        List<FfmpegTool.Packet> expected = FfmpegTool.packets(file, "a:0");
        long origin = demuxed.frames.getFirst().pts() - expected.getFirst().pts();
        assertThat(origin).matches(Ticks33::multiple);
        assertThat(demuxed.frames).hasSameSizeAs(expected);
        for (int i = 0; i < expected.size(); i++) {
            assertThat(demuxed.frames.get(i).pts()).isEqualTo(expected.get(i).pts() + origin);
            assertThat(demuxed.frames.get(i).adts()).hasSize(expected.get(i).size());
        }
    }

    @Test
    void tablesAndFramesMakeTheSameVideoAgain() {
        Path file = SampleStreams.h264();
        DemuxedStream demuxed = DemuxedStream.of(FfmpegTool.read(file), 188 * 7);

        byte[][] parts = new byte[1 + demuxed.videoFrames.size()][];
        parts[0] = demuxed.programs.getFirst().tables();
        for (int i = 0; i < demuxed.videoFrames.size(); i++) {
            parts[i + 1] = demuxed.videoFrames.get(i).packets();
        }
        Path again = FfmpegTool.write("again.ts", parts);

        assertThat(demuxed.programs).hasSize(1);
        assertThat(FfmpegTool.frames(again, "v:0", "-copyts")).isEqualTo(FfmpegTool.frames(file, "v:0", "-copyts"));
    }

    @ParameterizedTest
    @MethodSource("streams")
    void allFramesHaveOneFormatAndItIsKnownOfKeyframes(Path file) {
        DemuxedStream demuxed = DemuxedStream.of(FfmpegTool.read(file), 100_000);
        int format = demuxed.videoFrames.getFirst().parameters();

        assertThat(format).isNotZero();
        assertThat(demuxed.videoFrames.stream().filter(VideoFrame::keyframe).map(VideoFrame::parameters))
                .containsOnly(format);
        // Of MPEG-2, frames without a sequence header do not tell their format.
        assertThat(demuxed.videoFrames.stream().map(VideoFrame::parameters)).isSubsetOf(0, format);
    }

    /** A multiple of 2^33. */
    private static final class Ticks33 {
        static boolean multiple(long ticks) {
            return ticks % (1L << 33) == 0;
        }
    }
}
