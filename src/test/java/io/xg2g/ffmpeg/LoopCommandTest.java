package io.xg2g.ffmpeg;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LoopCommandTest {
    private static final String ENCODED = "-c:v libx264 -preset superfast -profile:v high";
    private static final MediaInfo.Audio AAC = new MediaInfo.Audio(3, "aac", 48_000, 2);

    @Test
    void whatMpegTsCarriesIsCopied() {
        String command = command("mpegts", video("h264", 25, 1, 0), AAC);

        assertThat(command)
                .contains(
                        "-fflags +genpts -threads 2 -stream_loop -1 -protocol_whitelist file",
                        "-i file:/films/a b.ts -map 0:2 -c:v copy",
                        " -map 0:3 -c:a copy -map_metadata:g -1")
                .endsWith("-f mpegts pipe:1")
                .doesNotContain("-filter_complex", "libx264", "-bsf");
    }

    @ParameterizedTest
    @ValueSource(strings = {"vp8", "vp9", "av1", "mjpeg", "prores", "dnxhd", "wmv3", "vc1", "theora"})
    void videoThatMpegTsDoesNotCarryIsEncoded(String codec) {
        assertThat(command("matroska,webm", video(codec, 25, 1, 0), AAC))
                .contains("-filter_complex [0:2]scale=", ",pad=1920:1080", "-map [v0]", ENCODED)
                .doesNotContain("-c:v copy", "-bsf:v");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"opus", "vorbis", "flac", "alac", "dts", "truehd", "pcm_s16le", "pcm_alaw", "pcm_dvd", "wmav2"})
    void audioThatMpegTsDoesNotCarryIsEncoded(String codec) {
        assertThat(command("matroska,webm", video("h264", 25, 1, 0), new MediaInfo.Audio(1, codec, 48_000, 6)))
                .contains("-c:v copy", "-map 0:1 -c:a aac -profile:a aac_low -ac 2 -ar 48000 -b:a 256k");
    }

    @Test
    void eachAudioTrackIsCopiedOrEncoded() {
        assertThat(String.join(
                        " ",
                        LoopCommand.of(
                                "ffmpeg",
                                Path.of("/films/a.mkv"),
                                new InputStreams(
                                        "matroska,webm",
                                        Duration.ZERO,
                                        video("h264", 25, 1, 0),
                                        List.of(AAC, new MediaInfo.Audio(4, "dts", 48_000, 6)),
                                        ""),
                                2)))
                .contains(
                        "-map 0:3 -map 0:4 -c:a:0 copy -c:a:1 aac -profile:a:1 aac_low -ac:a:1 2 -ar:a:1 48000 -b:a:1 256k");
    }

    @Test
    void rotatedVideoIsEncodedUpright() {
        assertThat(command("mov,mp4,m4a,3gp,3g2,mj2", video("h264", 25, 1, 90), AAC))
                .contains("pad=608:1080", ENCODED);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            h264       | mov,mp4 | pad=1440:1080
            hevc       | mov,mp4 | pad=1440:1080
            h264       | mpegts  | -c:v copy
            mpeg2video | mpeg    | -c:v copy
            mpeg2video | mov,mp4 | pad=1440:1080
            """)
    void theAspectRatioOfTheContainerIsKept(String codec, String format, String part) {
        MediaInfo.Video video =
                new MediaInfo.Video(2, codec, 1440, 1440, "yuv420p", false, 25, 4.0 / 3, 0, MediaInfo.DynamicRange.SDR);

        assertThat(command(format, video, AAC)).contains(part);
    }

    @Test
    void mpeg4WhoseHeadersAreInTheContainerIsEncoded() {
        assertThat(command("mov,mp4", video("mpeg4", 25, 1, 0), AAC)).contains(ENCODED);
        assertThat(command("mpegts", video("mpeg4", 25, 1, 0), AAC)).contains("-c:v copy");
    }

    @Test
    void slowVideoIsRaisedToFiveFramesPerSecond() {
        assertThat(command("mov,mp4", video("h264", 1 / 3.0, 1, 0), null)).contains("[0:2]fps=5,scale=", ENCODED);
        assertThat(command("mov,mp4", video("h264", 5, 1, 0), null)).contains("-c:v copy");
        assertThat(command("mov,mp4", video("h264", 0, 1, 0), null)).contains("-c:v copy");
    }

    @Test
    void encodedHdrIsToneMapped() {
        MediaInfo.Video hdr =
                new MediaInfo.Video(0, "vp9", 3840, 2160, "yuv420p10le", false, 50, 1, 0, MediaInfo.DynamicRange.PQ);

        assertThat(command("matroska,webm", hdr, null))
                .contains(
                        "[0:0]setparams=color_primaries=bt2020:color_trc=smpte2084:colorspace=bt2020nc,zscale=w=1920:h=1080",
                        "tonemap=mobius",
                        "-color_trc bt709");
    }

    @Test
    void aSongHasNoVideo() {
        assertThat(command("mp3", null, new MediaInfo.Audio(0, "mp3", 44_100, 2)))
                .contains("-map 0:0 -c:a copy")
                .doesNotContain("-c:v", "-bsf:v");
    }

    private static MediaInfo.Video video(String codec, double rate, double aspect, int rotation) {
        return new MediaInfo.Video(
                2, codec, 1920, 1080, "yuv420p", false, rate, aspect, rotation, MediaInfo.DynamicRange.SDR);
    }

    private static String command(String format, MediaInfo.@Nullable Video video, MediaInfo.@Nullable Audio audio) {
        return String.join(
                " ",
                LoopCommand.of(
                        "ffmpeg",
                        Path.of("/films/a b.ts"),
                        new InputStreams(format, Duration.ZERO, video, audio == null ? List.of() : List.of(audio), ""),
                        2));
    }
}
