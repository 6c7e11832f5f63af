package io.xg2g.camera;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.xg2g.channel.ChannelSpec;
import io.xg2g.ffmpeg.FrameOptions;
import io.xg2g.ffmpeg.RtspTransport;
import io.xg2g.ingest.Source;
import java.net.URI;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CameraSpecTest {
    private static final String URL = "rtsp://192.0.2.7/stream1";

    @Test
    void aUrlIsEnough() throws Exception {
        Camera camera = spec(URL, null, null, null, null, null).camera(Camera.Origin.API, false);

        assertThat(camera)
                .isEqualTo(new Camera(
                        "door",
                        "door",
                        new Camera.Input.Own(new Source.Network(URI.create(URL), false)),
                        new FrameOptions(10, 5, Optional.of(new FrameOptions.Size(1280, 720)), RtspTransport.TCP),
                        Camera.Origin.API));
    }

    @Test
    void aChannelTakesThePlaceOfAUrl() throws Exception {
        Camera camera = spec(null, "news", 2.5, "source", "source", null).camera(Camera.Origin.CONFIGURATION, true);

        assertThat(camera.input()).isEqualTo(new Camera.Input.OfChannel("news"));
        assertThat(camera.options())
                .isEqualTo(new FrameOptions(2.5, FrameOptions.SOURCE_QUALITY, Optional.empty(), RtspTransport.TCP));
    }

    @Test
    void credentialsArePartOfTheSourceAndNotOfTheText() throws Exception {
        CameraSpec spec = new CameraSpec("door", null, URL, "admin", "p@ss", null, null, null, null, null);

        assertThat(spec.camera(Camera.Origin.API, false).input())
                .isEqualTo(new Camera.Input.Own(
                        new Source.Network(URI.create("rtsp://admin:p%40ss@192.0.2.7/stream1"), false)));
        assertThat(spec).asString().doesNotContain("p@ss");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
            -                  | -    | -  | -      | -        | -     | url is missing
            rtsp://192.0.2.7/a | news | -  | -      | -        | -     | channel is «news»
            -                  | NEWS | -  | -      | -        | -     | channel is «NEWS»
            ftp://192.0.2.7/a  | -    | -  | -      | -        | -     | url is «ftp://192.0.2.7/…»
            rtsp://192.0.2.7/a | -    | 0  | -      | -        | -     | fps is «0.0»; allowed: 0.1 to 60
            rtsp://192.0.2.7/a | -    | 61 | -      | -        | -     | fps is «61.0»
            rtsp://192.0.2.7/a | -    | -  | 1      | -        | -     | quality is «1»; allowed: 2 (best) to 31, or source
            rtsp://192.0.2.7/a | -    | -  | 32     | -        | -     | quality is «32»
            rtsp://192.0.2.7/a | -    | -  | best   | -        | -     | quality is «best»
            rtsp://192.0.2.7/a | -    | -  | -      | 10x10    | -     | size is «10x10»
            rtsp://192.0.2.7/a | -    | -  | -      | 9000x720 | -     | size is «9000x720»
            rtsp://192.0.2.7/a | -    | -  | -      | huge     | -     | size is «huge»
            rtsp://192.0.2.7/a | -    | -  | -      | -        | quic  | transport is «quic»; allowed: tcp or udp
            http://192.0.2.7/a | -    | -  | -      | -        | udp   | transport is «udp»
            """)
    void whatIsWrongIsNamed(
            String url, String channel, Double fps, String quality, String size, String transport, String message) {
        assertThatThrownBy(() ->
                        spec(url, channel, fps, quality, size, transport).camera(Camera.Origin.CONFIGURATION, true))
                .isInstanceOf(ChannelSpec.Invalid.class)
                .hasMessageContaining(message);
    }

    @Test
    void udpIsForTheConfigurationOnly() throws Exception {
        CameraSpec udp = spec(URL, null, null, null, null, "udp");
        assertThat(udp.camera(Camera.Origin.CONFIGURATION, true).options().transport())
                .isEqualTo(RtspTransport.UDP);
        assertThatThrownBy(() -> udp.camera(Camera.Origin.API, false)).hasMessageContaining("transport is «udp»");
    }

    private static CameraSpec spec(
            @Nullable String url,
            @Nullable String channel,
            @Nullable Double fps,
            @Nullable String quality,
            @Nullable String size,
            @Nullable String transport) {
        return new CameraSpec("door", null, url, null, null, channel, fps, quality, size, transport);
    }
}
