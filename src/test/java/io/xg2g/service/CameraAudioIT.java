package io.xg2g.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.ffmpeg.RtspCamera;
import io.xg2g.schedule.Patience;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Cameras of a real RTSP server: audio that MPEG-TS carries and cannot carry, audio that is late, and that never comes. */
@ExtendWith(Services.Resolver.class)
class CameraAudioIT {
    private static final Pattern VARIANT = Pattern.compile("(?m)^([^#\\s]\\S*\\.m3u8)$");
    private static final Pattern AUDIO = Pattern.compile("TYPE=AUDIO[^\n]*URI=\"([^\"]+)\"");
    private static final Pattern SEGMENT = Pattern.compile("(?<!#EXT-X-GAP\n)#EXTINF:[^\n]*\n\\S+\\.m4s");
    private static final String GATE = "identity name=gate ! ";

    private static RtspSource cameras;
    private static RunningService service;

    @BeforeAll
    static void start(Services services) {
        Map<String, String> pipelines = new LinkedHashMap<>();
        pipelines.put("alaw", RtspSource.H264 + RtspSource.tone(8_000, 1, "alawenc ! rtppcmapay pt=8"));
        pipelines.put("mulaw", RtspSource.H264 + RtspSource.tone(8_000, 1, "mulawenc ! rtppcmupay pt=0"));
        pipelines.put("l16", RtspSource.H264 + RtspSource.tone(16_000, 1, "audioconvert ! rtpL16pay pt=97"));
        pipelines.put(
                "g726", RtspSource.H264 + RtspSource.tone(8_000, 1, "avenc_g726 bitrate=32000 ! rtpg726pay pt=97"));
        pipelines.put("opus", RtspSource.H264 + RtspSource.tone(48_000, 2, "opusenc ! rtpopuspay pt=97"));
        pipelines.put(
                "aac",
                RtspSource.H264 + RtspSource.tone(16_000, 1, "voaacenc bitrate=32000 ! aacparse ! rtpmp4gpay pt=97"));
        pipelines.put("hevc", RtspSource.HEVC + RtspSource.tone(8_000, 1, "alawenc ! rtppcmapay pt=8"));
        pipelines.put("silent", RtspSource.H264);
        pipelines.put("pcm-late", RtspSource.H264 + RtspSource.tone(8_000, 1, GATE + "alawenc ! rtppcmapay pt=8"));
        pipelines.put(
                "aac-late",
                RtspSource.H264
                        + RtspSource.tone(16_000, 1, GATE + "voaacenc bitrate=32000 ! aacparse ! rtpmp4gpay pt=97"));
        cameras = RtspSource.start(pipelines);
        service = services.own(Map.of());
    }

    @AfterAll
    static void end() throws IOException {
        if (service != null) {
            Files.writeString(Path.of("target", "camera-audio.log"), service.log());
        }
        if (cameras != null) {
            cameras.close();
        }
    }

    @Test
    void audioThatMpegTsCannotCarryIsEncoded() {
        play("alaw", true);
    }

    @Test
    @Tag("nightly")
    void thePictureDoesNotWaitForAudioThatNeverComes() throws IOException {
        try (RtspCamera camera = RtspCamera.withSilentMicrophone(Clips.h264(), "8")) {
            play("dead", camera.addressWithPassword().toString(), false);
        }
    }

    @ParameterizedTest
    @Tag("nightly")
    @ValueSource(strings = {"mulaw", "g726", "l16", "opus", "aac", "hevc"})
    void everyCodecOfACameraHasSound(String camera) {
        play(camera, true);
    }

    @Test
    @Tag("nightly")
    void aCameraWithoutAudioHasAPicture() {
        play("silent", false);
    }

    @ParameterizedTest
    @Tag("nightly")
    @ValueSource(strings = {"pcm-late", "aac-late"})
    void audioThatBeginsLateJoins(String camera) {
        play(camera, true);
    }

    /** Plays a camera until it has two segments of video, and of audio if it has any. */
    private static void play(String camera, boolean audio) {
        play(camera, cameras.url(camera), audio);
    }

    private static void play(String camera, String url, boolean audio) {
        assertThat(LiveChannels.add(service, camera, url).statusCode()).isEqualTo(201);
        try {
            Awaitility.await(camera)
                    .atMost(Patience.seconds(60))
                    .pollInterval(Duration.ofMillis(500))
                    .untilAsserted(() -> {
                        String master = get(camera, "master.m3u8");
                        assertThat(segments(camera, VARIANT.matcher(master)))
                                .as(master)
                                .isGreaterThanOrEqualTo(2);
                        assertThat(segments(camera, AUDIO.matcher(master)))
                                .as(master)
                                .isGreaterThanOrEqualTo(audio ? 2 : 0);
                    });
            assertThat(get(camera, "master.m3u8").contains("TYPE=AUDIO")).isEqualTo(audio);
        } finally {
            LiveChannels.remove(service, camera);
        }
    }

    private static long segments(String channel, Matcher playlist) {
        return playlist.find()
                ? SEGMENT.matcher(get(channel, playlist.group(1))).results().count()
                : 0;
    }

    private static String get(String channel, String file) {
        HttpResponse<String> response = RunningService.send(
                HttpRequest.newBuilder(service.api("/live/" + channel + "/" + file))
                        .build(),
                BodyHandlers.ofString());
        return response.statusCode() == 200 ? response.body() : "";
    }
}
