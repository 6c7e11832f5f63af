package io.xg2g.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Test that AAC of a transport stream is the same audio as CMAF. */
class AacTrackIT {
    private static final long DAY = 48_000L * 86_400 * 365 * 56;

    private final List<AacFrame> frames = DemuxedStream.of(FfmpegTool.read(SampleStreams.h264()), 4096).frames;
    private final AacTrack track =
            new AacTrack(AdtsHeader.parse(frames.getFirst().adts(), 0).orElseThrow());

    @Test
    void theTrackHasTheCodecString() {
        assertThat(track.codec()).isEqualTo("mp4a.40.2");
        assertThat(track.timescale()).isEqualTo(48_000);
        assertThat(track.init()).isEqualTo(track.init());
    }

    @Test
    void fragmentsDecodeToTheSameAudioWithoutAWarning() {
        Path file = file("aac.mp4", 0);

        assertThat(FfmpegTool.warnings(file)).isEmpty();
        assertThat(hashes(file)).isNotEmpty().isEqualTo(hashes(SampleStreams.h264()));
        assertThat(FfmpegTool.entry(file, "a:0", "codec_name")).isEqualTo("aac");
        assertThat(FfmpegTool.entry(file, "a:0", "profile")).isEqualTo("LC");
        assertThat(FfmpegTool.entry(file, "a:0", "sample_rate")).isEqualTo("48000");
        assertThat(FfmpegTool.entry(file, "a:0", "channels")).isEqualTo("2");
    }

    @Test
    void fragmentsHaveTheirDecodeTimes() {
        Path file = file("aac-late.mp4", DAY);

        List<FfmpegTool.Packet> packets = FfmpegTool.packets(file, "a:0");
        assertThat(packets).hasSameSizeAs(frames);
        for (int i = 0; i < packets.size(); i++) {
            assertThat(packets.get(i).pts()).isEqualTo(DAY + i * 1024L);
            assertThat(packets.get(i).size()).isEqualTo(frames.get(i).adts().length - 7);
        }
    }

    @Test
    void aFrameOfAnotherFormatIsRefused() {
        byte[] other = frames.getFirst().adts().clone();
        other[2] ^= 0x04;

        assertThatIllegalArgumentException().isThrownBy(() -> track.fragment(1, 0, 0, List.of(new AacFrame(0, other))));
        assertThatIllegalArgumentException().isThrownBy(() -> track.fragment(1, 0, 0, List.of()));
    }

    @Test
    void silentFramesDecodeToSilenceWithoutAWarning() {
        for (AdtsHeader format : List.of(new AdtsHeader(1, 48_000, 2, 0, 7), new AdtsHeader(1, 44_100, 1, 0, 7))) {
            AacTrack silent = new AacTrack(format);
            AacFrame frame = new AacFrame(0, SilentAac.frame(format));
            Path file = FfmpegTool.write(
                    "silent-" + format.channels() + ".mp4",
                    silent.init(),
                    silent.fragment(1, 0, 0, java.util.Collections.nCopies(47, frame)));

            assertThat(FfmpegTool.warnings(file)).isEmpty();
            assertThat(FfmpegTool.frames(file, "a:0", "")).hasSize(47);
            assertThat(FfmpegTool.run("ffmpeg -nostdin -v error -i " + file + " -f s16le -")
                            .chars())
                    .isNotEmpty()
                    .allMatch(sample -> sample == 0);
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SilentAac.frame(new AdtsHeader(1, 48_000, 6, 0, 7)))
                .withMessageContaining("6");
    }

    private Path file(String name, long start) {
        List<byte[]> parts = new ArrayList<>();
        parts.add(track.init());
        for (int at = 0; at < frames.size(); at += 47) {
            List<AacFrame> some = frames.subList(at, Math.min(frames.size(), at + 47));
            parts.add(track.fragment(parts.size(), start + at * 1024L, 0, some));
        }
        return FfmpegTool.write(name, parts.toArray(byte[][]::new));
    }

    private static List<String> hashes(Path file) {
        return FfmpegTool.frames(file, "a:0", "").stream()
                .map(line -> line.substring(line.lastIndexOf(',')))
                .toList();
    }
}
