package io.xg2g.ffmpeg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.quarkus.runtime.configuration.ConfigurationException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProfilesTest {

    @Test
    void theBuiltInProfilesExist() {
        Profiles profiles = TranscodingSetup.profiles(Map.of());

        assertThat(profiles.names()).containsExactly("480p", "720p", "1080p", "abr", "preview");
        assertThat(profiles.find("abr"))
                .get()
                .extracting(profile -> ((Profile.Ladder) profile)
                        .renditions().stream().map(RenditionSpec::name).toList())
                .isEqualTo(List.of("1080p", "720p", "480p"));
        assertThat(profiles.find("preview")).contains(new Profile.Preview("preview", 360));
        assertThat(profiles.find("none")).isEmpty();
        assertThat(profiles.codecs()).containsExactly(Codec.H264);
    }

    @ParameterizedTest
    @CsvSource({
        "1920, 1080, 1, 1080p 720p 480p",
        "3840, 2160, 1, 1080p 720p 480p",
        "1280, 720, 1, 720p 480p",
        "720, 576, 1.4222, 720p 480p",
        "720, 480, 1.1852, 480p",
        "640, 360, 1, 480p"
    })
    void aSourceHasNoTwoRenditionsOfOneSize(int width, int height, double aspect, String names) {
        var video = new MediaInfo.Video("h264", width, height, "yuv420p", false, 25, aspect);

        assertThat(TranscodingSetup.profiles(Map.of()).ladderFor(video))
                .extracting(RenditionSpec::name)
                .containsExactly(names.split(" "));
    }

    @Test
    void aConfiguredProfileIsAdded() {
        Profiles profiles = TranscodingSetup.profiles(Map.of(
                "xg2g.profiles.mobile.codec", "hevc",
                "xg2g.profiles.mobile.height", "360",
                "xg2g.profiles.mobile.bitrate", "600000",
                "xg2g.profiles.mobile.frame-rate", "30"));

        assertThat(profiles.find("mobile"))
                .contains(new Profile.Ladder(
                        "mobile", List.of(new RenditionSpec("mobile", Codec.HEVC, 360, 600_000, 30))));
        assertThat(profiles.codecs()).containsExactly(Codec.H264, Codec.HEVC);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    codec | vp9 | xg2g.profiles.bad.codec is vp9; allowed is one of h264, hevc, av1
                    height | 63 | xg2g.profiles.bad.height is 63; allowed is 64 to 4320
                    bitrate | 1 | xg2g.profiles.bad.bitrate is 1; allowed is 100000 to 100000000
                    frame-rate | 121 | xg2g.profiles.bad.frame-rate is 121; allowed is 1 to 120
                    """)
    void aBadValueIsReportedWithItsBounds(String key, String value, String message) {
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> TranscodingSetup.profiles(Map.of("xg2g.profiles.bad." + key, value)))
                .withMessage(message);
    }

    @Test
    void aBadNameIsReported() {
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> TranscodingSetup.profiles(Map.of("xg2g.profiles.\"../x\".height", "720")))
                .withMessageContaining("«../x»");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    start-timeout | 10ms | xg2g.ffmpeg.start-timeout is 10ms; allowed is 100ms to 5m
                    stall-timeout | 6m | xg2g.ffmpeg.stall-timeout is 6m; allowed is 100ms to 5m
                    run-timeout | 2h | xg2g.ffmpeg.run-timeout is 2h; allowed is 100ms to 1h
                    stop-grace | 0s | xg2g.ffmpeg.stop-grace is 0s; allowed is 10ms to 1m
                    inspect-timeout | 61s | xg2g.ffmpeg.inspect-timeout is 61s; allowed is 100ms to 1m
                    source-timeout | 0s | xg2g.ffmpeg.source-timeout is 0s; allowed is 1s to 5m
                    threads | 65 | xg2g.ffmpeg.threads is 65; allowed is 0 to 64
                    software-preset | ultrafast | xg2g.ffmpeg.software-preset is ultrafast; allowed is one of superfast, veryfast, faster, fast, medium, slow
                    """)
    void aBadSettingIsReportedWithItsBounds(String key, String value, String message) {
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> TranscodingSetup.settings(Map.of("xg2g.ffmpeg." + key, value)))
                .withMessage(message);
    }

    @Test
    void theDefaultsAreWithinTheirBounds() {
        FfmpegSettings settings = TranscodingSetup.settings(Map.of());

        assertThat(settings.ffmpeg()).isEqualTo("ffmpeg");
        assertThat(settings.process().minFreeDisk()).isEqualTo(256L << 20);
        assertThat(settings.process().workDirectory()).isAbsolute().hasFileName("xg2g-gpu");
        assertThat(settings.threads(1)).isBetween(1, 8);
    }

    @ParameterizedTest
    @CsvSource({
        "ffmpeg version 5.1.9-0+deb12u1 Copyright, 5.1.9-0+deb12u1, ''",
        "ffmpeg version n8.1.2 Copyright, n8.1.2, ''",
        "ffmpeg version N-118000-gabcdef Copyright, N-118000-gabcdef, ''",
        "ffmpeg version 4.4.2-0ubuntu0 Copyright, 4.4.2-0ubuntu0, ffmpeg is 4.4.2-0ubuntu0; 5.1 or newer is needed (xg2g.ffmpeg.path)",
        "ffmpeg version 5.0.1 Copyright, 5.0.1, ffmpeg is 5.0.1; 5.1 or newer is needed (xg2g.ffmpeg.path)",
        "something else, '', the program at xg2g.ffmpeg.path is not ffmpeg"
    })
    void anOutdatedFfmpegIsNotUsed(String text, String version, String problem) {
        Installation found = Installation.read(text + "\nbuilt with gcc", " V....D libx264    x\n A....D aac  y\n");

        assertThat(found.version()).isEqualTo(version);
        assertThat(found.problem()).isEqualTo(problem);
        assertThat(found.encoders()).isEqualTo(problem.isEmpty() ? Set.of("libx264") : Set.of());
    }
}
