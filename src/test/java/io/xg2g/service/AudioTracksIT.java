package io.xg2g.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ShortBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A channel with several audio tracks, each with its own pitch; one comes, and one goes. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class AudioTracksIT {
    private static final int RATE = 48_000;

    @TempDir
    static Path directory;

    private static TsServer source;
    private static RunningService service;
    private static HlsViewer viewer;

    @BeforeAll
    static void start() throws IOException {
        source = TsServer.start(Clips.tracks(List.of(0, 1, 2)));
        service = RunningService.start(
                Files.createDirectory(directory.resolve("work")),
                Map.of(
                        "xg2g.live.channels-file",
                        directory.resolve("channels.json").toString(),
                        "xg2g.live.channels.tv.url",
                        source.uri().toString(),
                        "xg2g.live.channels.tv.program",
                        Integer.toString(Clips.PROGRAM),
                        "xg2g.live.audio-languages",
                        "ita,deu"));
        viewer = HlsViewer.watch(service, "tv");
        WatchedChannel.awaitMore(viewer, 3);
    }

    @AfterAll
    static void end() throws IOException {
        if (viewer != null) {
            viewer.close();
        }
        if (service != null) {
            Files.writeString(Path.of("target", "audio-tracks.log"), service.log());
            service.close();
        }
        if (source != null) {
            source.close();
        }
    }

    private static URI uri(String path) {
        return service.api("/live/tv/" + path);
    }

    private static String master() {
        return RunningService.get(uri("master.m3u8")).body();
    }

    @Test
    @Order(1)
    void theMasterListsTheTracks() {
        WatchedChannel.await("the tracks").until(() -> master().contains(",mp4a.40.2,ac-3\""));
        assertThat(master())
                .contains(
                        "GROUP-ID=\"audio\",NAME=\"Deutsch\",LANGUAGE=\"de\",DEFAULT=YES,AUTOSELECT=YES,CHANNELS=\"2\"",
                        "NAME=\"Deutsch (audio description)\",LANGUAGE=\"de\",DEFAULT=NO,AUTOSELECT=YES,"
                                + "CHARACTERISTICS=\"public.accessibility.describes-video\"",
                        "NAME=\"English\",LANGUAGE=\"en\",DEFAULT=NO,AUTOSELECT=YES,CHANNELS=\"2\"",
                        "GROUP-ID=\"audio-ac3\",NAME=\"English\",LANGUAGE=\"en\",DEFAULT=NO,AUTOSELECT=YES,CHANNELS=\"6\"",
                        ",mp4a.40.2,ac-3\"");
        assertThat(RunningService.get(uri("manifest.mpd")).body())
                .contains("lang=\"de\"", "lang=\"en\"", "value=\"description\"", "codecs=\"ac-3\"");
    }

    /** What a player of one track hears, all played at once. Where a slow machine knows a track late, others hear the default before. */
    @Test
    @Order(2)
    void eachTrackHasItsPitch() throws Exception {
        List<Heard> expected = List.of(
                new Heard("audio/media.m3u8", 440, 2),
                new Heard("audio-deu-ad/media.m3u8", 880, 2),
                new Heard("audio-eng/media.m3u8", 1320, 2),
                new Heard("audio-eng-ac3/media.m3u8", 1320, 6),
                new Heard("stream.ts?mode=standard&audio=eng", 1320, 6),
                new Heard("stream.ts?mode=audio_proxy&audio=eng", 1320, 2),
                new Heard("stream.ts?mode=audio_proxy&audio=audio-deu-ad", 880, 2),
                new Heard("stream.ts?mode=gpu&audio=en", 1320, 2),
                new Heard("audio.aac", 440, 2),
                new Heard("audio.aac?lang=eng", 1320, 2));

        try (ExecutorService players = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<Object>> plays = expected.stream()
                    .map(one -> Executors.callable(() -> WatchedChannel.await(one.path())
                            .untilAsserted(() -> assertThat(hear(one.path())).isEqualTo(one))))
                    .toList();
            for (Future<Object> played : players.invokeAll(plays)) {
                played.get();
            }
        }
    }

    @Test
    @Order(2)
    void aContinuousStreamHasTheAacOfAllTracks() throws Exception {
        Path played = directory.resolve("all.mka");
        ffmpeg("-i", uri("stream.ts?mode=audio_proxy").toString(), "-map", "0:a", "-c", "copy", "-t", "2", "" + played);

        assertThat(Ffprobe.streams(played, "audio"))
                .extracting(stream -> stream.getString("codec_name")
                        + " "
                        + stream.getJsonObject("tags").getString("language"))
                .containsExactly("aac deu", "aac eng", "aac deu");
    }

    @ParameterizedTest
    @Order(3)
    @CsvSource({
        "stream.ts?audio=ita, 404",
        "stream.ts?audio=audio-eng-ac3, 404",
        "audio.aac?lang=fr, 404",
        "audio.aac?lang=a%20b, 400"
    })
    void aTrackThatIsNotThereIsRefused(String path, int status) {
        HttpResponse<String> answer = RunningService.get(uri(path));

        assertThat(answer.statusCode()).isEqualTo(status);
        if (status == 404) {
            assertThat(answer.body()).contains("audio (de), audio-eng (en), audio-deu-ad (de, audio description)");
        }
    }

    /** Otherwise the channel could be stopped before its source has begun. */
    @Test
    @Order(3)
    void aClientThatWaitsForTheTracksIsAViewer() throws Exception {
        try (TsServer silent = TsServer.start(Clips.h264())) {
            silent.answer(TsServer.Answer.SILENCE);
            LiveChannels.add(service, "silent", silent.uri().toString());
            Thread client =
                    Thread.ofVirtual().start(() -> RunningService.get(service.api("/live/silent/audio.aac?lang=de")));

            WatchedChannel.await("the viewer")
                    .until(() -> RunningService.get(service.api("/api/v1/streams/silent"))
                            .body()
                            .contains("\"viewers\":1"));

            LiveChannels.remove(service, "silent");
            client.join();
        }
    }

    @Test
    @Tag("nightly")
    @Order(4)
    void aLateTrackJoinsAndOneThatEndsDoesNotStopThePicture() throws Exception {
        source.play(Clips.tracks(List.of(0, 1, 2, 3)));
        WatchedChannel.await("the late track")
                .untilAsserted(() -> assertThat(master()).contains("NAME=\"Français\",LANGUAGE=\"fr\""));
        // Before it began, its playlist has the default track.
        WatchedChannel.awaitMore(viewer, 4);
        assertThat(hear("audio-fra/media.m3u8")).isEqualTo(new Heard("audio-fra/media.m3u8", 1760, 2));

        source.play(Clips.tracks(List.of(0, 1, 3)));
        WatchedChannel.await("the end of a track")
                .untilAsserted(
                        () -> assertThat(master()).doesNotContain("English").contains("Deutsch", "Français"));
        WatchedChannel.awaitMore(viewer, 3);

        assertThat(hear("audio/media.m3u8")).isEqualTo(new Heard("audio/media.m3u8", 440, 2));
        assertThat(viewer.violations()).isEmpty();
        assertThat(RunningService.get(uri("source/media.m3u8")).body()).doesNotContain("EXT-X-GAP");
    }

    /**
     * What was heard.
     *
     * @param pitch the loudest of the pitches, in Hz
     */
    private record Heard(String path, int pitch, int channels) {}

    /** Listens to two seconds with ffmpeg, as a player would. */
    private static Heard hear(String path) throws Exception {
        Path played = Files.createTempFile(directory, "audio", ".mka");
        ffmpeg("-i", uri(path).toString(), "-map", "0:a", "-c", "copy", "-t", "2", played.toString());
        List<JsonObject> streams = Ffprobe.streams(played, "audio");
        assertThat(streams).as(path).hasSize(1);
        Path decoded = Files.createTempFile(directory, "audio", ".pcm");
        ffmpeg("-i", played.toString(), "-ac", "1", "-ar", "" + RATE, "-f", "s16le", decoded.toString());
        ShortBuffer samples = ByteBuffer.wrap(Files.readAllBytes(decoded))
                .order(ByteOrder.LITTLE_ENDIAN)
                .asShortBuffer();
        assertThat(samples.remaining()).isGreaterThan(RATE);
        int pitch = Clips.PITCHES.stream()
                .max(Comparator.comparingDouble(candidate -> power(samples, candidate)))
                .orElseThrow();
        return new Heard(path, pitch, streams.getFirst().getInteger("channels"));
    }

    private static void ffmpeg(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("ffmpeg", "-nostdin", "-v", "error", "-y"));
        command.addAll(List.of(arguments));
        Process ffmpeg = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(ffmpeg.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(ffmpeg.waitFor()).as(said).isZero();
    }

    /** Goertzel's algorithm. */
    private static double power(ShortBuffer samples, int pitch) {
        double factor = 2 * Math.cos(2 * Math.PI * pitch / RATE);
        double before = 0;
        double last = 0;
        for (int i = 0; i < samples.remaining(); i++) {
            double next = samples.get(samples.position() + i) + factor * last - before;
            before = last;
            last = next;
        }
        return last * last + before * before - factor * last * before;
    }
}
