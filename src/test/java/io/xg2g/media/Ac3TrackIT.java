package io.xg2g.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Test that AC-3 and E-AC-3 of a transport stream is the same audio as CMAF. */
class Ac3TrackIT {
    private static final int SURROUND = 6;
    private static final int STEREO = 2;

    private static Path stream(String codec, int channels) {
        return FfmpegTool.make(
                codec + "-" + channels + ".ts",
                "-f lavfi -i sine=frequency=440:sample_rate=48000 -t 3 -ac " + channels + " -c:a " + codec
                        + " -b:a 448k");
    }

    private static List<Ac3Frame> frames(String codec) {
        return frames(codec, SURROUND);
    }

    private static List<Ac3Frame> frames(String codec, int channels) {
        return DemuxedStream.of(FfmpegTool.read(stream(codec, channels)), 4096).ac3Frames;
    }

    private static CmafAudio track(List<Ac3Frame> frames) {
        return CmafAudio.of(frames.getFirst()).orElseThrow();
    }

    @ParameterizedTest
    @CsvSource({"ac3, ac-3", "eac3, ec-3"})
    void fragmentsDecodeToTheSameAudioWithoutAWarning(String codec, String name) {
        List<Ac3Frame> frames = frames(codec);
        CmafAudio track = track(frames);
        List<byte[]> parts = new ArrayList<>(List.of(track.init()));
        for (int at = 0; at < frames.size(); at += 31) {
            parts.add(
                    track.fragment(parts.size(), at * 1536L, 0, frames.subList(at, Math.min(frames.size(), at + 31))));
        }
        Path file = FfmpegTool.write(codec + ".mp4", parts.toArray(byte[][]::new));

        assertThat(track.codec()).isEqualTo(name);
        assertThat(track.channels()).isEqualTo(6);
        assertThat(track.maxBitrate()).isEqualTo(448_000);
        assertThat(FfmpegTool.warnings(file)).isEmpty();
        assertThat(hashes(file)).hasSizeGreaterThan(90).isEqualTo(hashes(stream(codec, SURROUND)));
        assertThat(FfmpegTool.entry(file, "a:0", "codec_name").replace(",", "")).isEqualTo(codec);
        assertThat(FfmpegTool.entry(file, "a:0", "sample_rate")).startsWith("48000");
        assertThat(FfmpegTool.entry(file, "a:0", "channels")).startsWith("6");
        assertThat(FfmpegTool.entry(file, "a:0", "codec_tag_string")).startsWith(name);
        assertThat(FfmpegTool.packets(file, "a:0"))
                .extracting(FfmpegTool.Packet::pts)
                .startsWith(0L, 1536L);
    }

    @ParameterizedTest
    @CsvSource({"ac3", "eac3"})
    void silentFramesDecodeToSilenceWithoutAWarning(String codec) {
        CmafAudio track = track(frames(codec));
        Path file = FfmpegTool.write(
                "silent-" + codec + ".mp4",
                track.init(),
                track.fragment(1, 0, 0, Collections.nCopies(31, track.silence())));

        assertThat(track.accepts(track.silence())).isTrue();
        assertThat(FfmpegTool.warnings(file)).isEmpty();
        assertThat(FfmpegTool.frames(file, "a:0", "")).hasSize(31);
        assertThat(FfmpegTool.run("ffmpeg -nostdin -v error -i " + file + " -f s16le -")
                        .chars())
                .isNotEmpty()
                .allMatch(sample -> sample == 0);
    }

    /** As broadcasts do between programs. */
    @ParameterizedTest
    @CsvSource({"ac3", "eac3"})
    void aTrackGoesOnInStereo(String codec) {
        CmafAudio track = track(frames(codec));
        List<Ac3Frame> stereo = frames(codec, STEREO).subList(0, 31);
        Path file = FfmpegTool.write(
                "stereo-" + codec + ".mp4",
                track.init(),
                track.fragment(1, 0, 0, frames(codec).subList(0, 31)),
                track.fragment(2, 31 * 1536, 0, stereo));

        assertThat(stereo).allMatch(track::accepts);
        assertThat(FfmpegTool.warnings(file)).isEmpty();
        assertThat(FfmpegTool.frames(file, "a:0", "")).hasSize(62);
        assertThat(CmafAudio.of(stereo.getFirst()))
                .as("a track does not begin with stereo")
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"ac3, eac3", "eac3, ac3"})
    void aFrameOfAnotherFormatIsRefused(String codec, String other) {
        CmafAudio track = track(frames(codec));
        List<Ac3Frame> frames = frames(other);

        assertThat(track.accepts(frames.getFirst())).isFalse();
        assertThatIllegalArgumentException().isThrownBy(() -> track.fragment(1, 0, 0, frames));
        assertThatIllegalArgumentException().isThrownBy(() -> track.fragment(1, 0, 0, List.of()));
    }

    private static List<String> hashes(Path file) {
        return FfmpegTool.frames(file, "a:0", "").stream()
                .map(line -> line.substring(line.lastIndexOf(',')))
                .toList();
    }
}
