package io.xg2g.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the demuxer finds is what ffprobe finds. */
class TsDemuxerIT {

    static List<Path> streams() {
        return List.of(Samples.h264(), Samples.mpeg2(), Samples.hevc(), Samples.wrapping());
    }

    @ParameterizedTest
    @MethodSource("streams")
    void picturesHaveTheTimesAndKeyframesThatFfprobeSees(Path file) {
        Demuxed demuxed = Demuxed.of(Tool.read(file), 4096);

        List<Tool.Packet> expected = Tool.packets(file, "v:0");
        long origin = demuxed.pictures.getFirst().dts() - expected.getFirst().dts();
        assertThat(origin)
                .as("ffprobe counts from the first time too, or from below zero")
                .matches(Ticks33::multiple);
        assertThat(demuxed.pictures).hasSameSizeAs(expected);
        for (int i = 0; i < expected.size(); i++) {
            VideoFrame picture = demuxed.pictures.get(i);
            Tool.Packet packet = expected.get(i);
            assertThat(picture.dts()).isEqualTo(packet.dts() + origin);
            assertThat(picture.pts()).isEqualTo(packet.pts() + origin);
            assertThat(picture.keyframe()).isEqualTo(packet.keyframe());
        }
    }

    @ParameterizedTest
    @MethodSource("streams")
    void framesOfAudioHaveTheTimesAndSizesThatFfprobeSees(Path file) {
        Demuxed demuxed = Demuxed.of(Tool.read(file), 1000);

        List<Tool.Packet> expected = Tool.packets(file, "a:0");
        long origin = demuxed.frames.getFirst().pts() - expected.getFirst().pts();
        assertThat(origin).matches(Ticks33::multiple);
        assertThat(demuxed.frames).hasSameSizeAs(expected);
        for (int i = 0; i < expected.size(); i++) {
            assertThat(demuxed.frames.get(i).pts()).isEqualTo(expected.get(i).pts() + origin);
            assertThat(demuxed.frames.get(i).adts()).hasSize(expected.get(i).size());
        }
    }

    @Test
    void theTablesAndThePicturesMakeTheSameVideoAgain() {
        Path file = Samples.h264();
        Demuxed demuxed = Demuxed.of(Tool.read(file), 188 * 7);

        byte[][] parts = new byte[1 + demuxed.pictures.size()][];
        parts[0] = demuxed.programs.getFirst().tables();
        for (int i = 0; i < demuxed.pictures.size(); i++) {
            parts[i + 1] = demuxed.pictures.get(i).packets();
        }
        Path again = Tool.write("again.ts", parts);

        assertThat(demuxed.programs).hasSize(1);
        assertThat(Tool.frames(again, "v:0", "-copyts")).isEqualTo(Tool.frames(file, "v:0", "-copyts"));
    }

    @ParameterizedTest
    @MethodSource("streams")
    void onlyKeyframesTellTheFormatAndAllTellTheSame(Path file) {
        Demuxed demuxed = Demuxed.of(Tool.read(file), 100_000);

        assertThat(demuxed.pictures.stream().filter(VideoFrame::keyframe).map(VideoFrame::parameters))
                .doesNotContain(0)
                .containsOnly(demuxed.pictures.getFirst().parameters());
        assertThat(demuxed.pictures.stream()
                        .filter(picture -> !picture.keyframe())
                        .map(VideoFrame::parameters))
                .containsOnly(0);
    }

    /** A whole number of rounds of 33 bits. */
    private static final class Ticks33 {
        static boolean multiple(long ticks) {
            return ticks % (1L << 33) == 0;
        }
    }
}
