package io.xg2g.service;

import static io.xg2g.service.WatchedChannel.await;
import static io.xg2g.service.WatchedChannel.awaitSegments;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import io.xg2g.schedule.Patience;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Faults of a source. Every case has its own source, channel and player; all run at once. */
@Tag("alone")
class LiveFaultsIT {
    private static final Duration SOURCE_TIMEOUT = Duration.ofSeconds(4);
    private static final Duration IDLE = Duration.ofSeconds(8);

    /** Longer than the idle timeout of a channel. */
    private static final Duration START_TIMEOUT = IDLE.plusSeconds(1);

    /** Maximum number of gaps caused by other load on the CPU. */
    private static final int MOST_GAPS = Patience.allowance(2);

    /** Maximum number of windows without audio until detection and restart of the segmenter. */
    private static final int MOST_AUDIO_GAPS = Patience.allowance(6);

    @TempDir
    static Path directory;

    private static RunningService service;

    private interface Case {
        void run(String channel) throws Exception;
    }

    @BeforeAll
    static void start() {
        service = RunningService.start(
                directory.resolve("work"),
                Map.of(
                        "xg2g.live.channels-file",
                        directory.resolve("channels.json").toString(),
                        "xg2g.live.idle-timeout",
                        IDLE.toSeconds() + "s",
                        "xg2g.live.start-timeout",
                        START_TIMEOUT.toSeconds() + "s",
                        "xg2g.live.source-timeout",
                        SOURCE_TIMEOUT.toSeconds() + "s",
                        "xg2g.live.slate",
                        "20s",
                        "xg2g.gpu.queue.workers",
                        "4"));
    }

    @TestFactory
    Stream<DynamicTest> playbackContinues() {
        return together(
                "cut",
                Map.of(
                        "after a cut of 3 s",
                        channel -> cutOf(3, channel),
                        "after a stop by request, and without viewers",
                        LiveFaultsIT::stopped));
    }

    @TestFactory
    @Tag("nightly")
    Stream<DynamicTest> playbackContinuesAfterEveryChange() {
        Map<String, Case> cases = new LinkedHashMap<>(Map.of("after a cut of 60 s", channel -> cutOf(60, channel)));
        cases.put("after a cut of 15 s", channel -> cutOf(15, channel));
        cases.put("after the source's clock jumped", LiveFaultsIT::jump);
        cases.put("while the source's clock starts anew at 0", LiveFaultsIT::wrap);
        cases.put("while a tenth of the packets is damaged", LiveFaultsIT::damage);
        cases.put("with another frame size", channel -> change(Clips.larger(), channel));
        cases.put("with another codec", channel -> change(Clips.h264(), channel));
        cases.put("without video", LiveFaultsIT::radio);
        cases.put("after the service was scrambled", LiveFaultsIT::scrambled);
        return together("change", cases);
    }

    @Test
    @Tag("nightly")
    void playbackContinuesAfterAudioWithAWrongSamplingRate() throws Exception {
        misleadingAudio("misleading");
    }

    @TestFactory
    @Tag("nightly")
    Stream<DynamicTest> playbackBegins() {
        Map<String, Case> cases = new LinkedHashMap<>();
        cases.put(
                "after the source answered with a page", channel -> answer(TsServer.Answer.HTML, "not-media", channel));
        cases.put("after the source was not found", channel -> answer(TsServer.Answer.NOT_FOUND, "permanent", channel));
        cases.put("after the source hung", channel -> answer(TsServer.Answer.HANG, "unreachable", channel));
        cases.put("after the source was silent", channel -> answer(TsServer.Answer.SILENCE, "stalled", channel));
        cases.put("beside a viewer that does not read", LiveFaultsIT::slowReader);
        return together("begin", cases);
    }

    private static Stream<DynamicTest> together(String name, Map<String, Case> cases) {
        Map<String, CompletableFuture<Void>> running = new LinkedHashMap<>();
        var threads = Executors.newVirtualThreadPerTaskExecutor();
        int n = 0;
        for (Map.Entry<String, Case> entry : cases.entrySet()) {
            String channel = name + "-" + n++;
            running.put(entry.getKey(), CompletableFuture.runAsync(() -> run(entry.getValue(), channel), threads));
        }
        return running.entrySet().stream()
                .map(entry -> DynamicTest.dynamicTest(
                        entry.getKey(),
                        () -> entry.getValue().get(Patience.seconds(180).toSeconds(), TimeUnit.SECONDS)));
    }

    @Test
    void theReasonOfAFailedChannelIsReported() {
        assertProblem(LiveChannels.add(service, "{\"id\":\"no url\"}"), 400, "invalid-request");
        assertProblem(
                LiveChannels.add(service, "{\"id\":\"file\",\"url\":\"file:/etc/passwd\"}"), 403, "source-not-allowed");
        assertProblem(LiveChannels.add(service, "not json"), 400, "invalid-request");
        assertThat(LiveChannels.add(service, "{\"id\":\"once\",\"url\":\"http://127.0.0.1:9/\"}")
                        .statusCode())
                .isEqualTo(201);
        assertProblem(LiveChannels.add(service, "{\"id\":\"once\",\"url\":\"http://127.0.0.1:9/\"}"), 409, "conflict");
        assertThat(delete("/api/v1/channels/once").statusCode()).isEqualTo(204);
        assertProblem(delete("/api/v1/channels/once"), 404, "not-found");
        assertProblem(delete("/api/v1/streams/once"), 404, "not-found");
        assertProblem(RunningService.get(service.api("/live/once/master.m3u8")), 404, "not-found");
    }

    private static void stopped(String channel) throws Exception {
        try (TsServer source = TsServer.start(Clips.mpeg2())) {
            long left;
            try (HlsViewer viewer = watch(channel, source)) {
                awaitSegments(viewer, 2);
                assertThat(delete("/api/v1/streams/" + channel).statusCode()).isEqualTo(204);
                // The player continues its requests, which restarts the channel.
                awaitSegments(viewer, viewer.video().segments() + 2);
                assertClean(viewer);
                // Closing it may take a while.
                left = System.nanoTime();
            }
            await("it stops").until(() -> stream(channel).getInteger("status", 0) == 404);
            assertThat((System.nanoTime() - left) / 1e9).isGreaterThan(IDLE.toSeconds() - 2);
            await("the source is left alone").until(() -> source.readers() == 0);
        }
    }

    /** State after all cases. */
    @AfterAll
    static void noFilesOrProcessesAreLeft() {
        try (RunningService ended = service) {
            await("every channel stops").until(() -> ended.metric("xg2g_live_streams") == 0);
            await("and nothing is left")
                    .untilAsserted(() -> assertThat(ended.remainingFiles()).isEmpty());
            assertThat(ended.encoders()).isEmpty();
        }
    }

    private static HttpResponse<String> delete(String path) {
        return RunningService.send(
                HttpRequest.newBuilder(service.api(path)).DELETE().build(), BodyHandlers.ofString());
    }

    private static void assertProblem(HttpResponse<String> answer, int status, String code) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(new JsonObject(answer.body()).getString("code")).isEqualTo(code);
    }

    private static void run(Case fault, String channel) {
        try {
            fault.run(channel);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static void cutOf(int seconds, String channel) throws Exception {
        try (TsServer source = TsServer.start(Clips.mpeg2());
                HlsViewer viewer = watch(channel, source)) {
            awaitSegments(viewer, 4);
            source.refuse();
            Thread.sleep(Duration.ofSeconds(seconds));
            if (seconds > 10) {
                assertThat(stream(channel).getString("condition")).isEqualTo("recovering");
                assertThat(trouble(channel)).isEqualTo("unreachable");
            }
            source.listen();

            awaitPlaying(channel);
            awaitDiscontinuities(viewer, seconds > 20 ? 1 : 0);
            assertThat(viewer.video().gaps()).isZero();
            assertThat(viewer.audio().gaps()).isZero();
            if (seconds < 20) {
                assertThat(viewer.video().buffer().stalledSeconds()).isLessThan(Patience.allowance(2));
            }
            assertThat(stream(channel).getDouble("slateSeconds")).isPositive();
            assertThat(stream(channel).containsKey("noSignalSince")).isFalse();
            assertThat(stream(channel).containsKey("trouble")).isFalse();
            assertClean(viewer);
        }
    }

    private static void jump(String channel) throws Exception {
        try (TsServer source = TsServer.start(Clips.mpeg2());
                HlsViewer viewer = watch(channel, source)) {
            awaitSegments(viewer, 4);
            source.jump(3600 * 90_000);
            awaitSegments(viewer, viewer.video().segments() + 4);
            source.jump(-1800 * 90_000);
            awaitDiscontinuities(viewer, 0);

            assertThat(viewer.video().gaps()).isLessThanOrEqualTo(MOST_GAPS);
            assertThat(viewer.video().buffer().stalledSeconds()).isLessThan(Patience.allowance(2));
            assertClean(viewer);
        }
    }

    private static void wrap(String channel) throws Exception {
        try (TsServer source = TsServer.start(Clips.mpeg2())) {
            source.wrapIn(12);
            try (HlsViewer viewer = watch(channel, source)) {
                awaitSegments(viewer, 12);

                assertThat(viewer.video().discontinuities()).isZero();
                assertThat(viewer.video().gaps()).isLessThanOrEqualTo(MOST_GAPS);
                assertThat(viewer.video().buffer().stalledSeconds()).isLessThan(Patience.allowance(2));
                assertClean(viewer);
            }
        }
    }

    private static void damage(String channel) throws Exception {
        try (TsServer source = TsServer.start(Clips.mpeg2());
                HlsViewer viewer = watch(channel, source)) {
            awaitSegments(viewer, 3);
            source.damage(0.1);
            awaitSegments(viewer, 13);

            assertClean(viewer);
        }
    }

    private static void misleadingAudio(String channel) throws Exception {
        try (TsServer source = TsServer.start(Clips.mpeg2())) {
            source.jump(10 * 3600 * 90_000L);
            try (HlsViewer viewer = watch(channel, source)) {
                awaitSegments(viewer, 3);
                source.misleadAudio();
                await("a frame misleads").until(() -> !source.isMisleading());
                awaitSegments(viewer, 12);

                assertThat(viewer.audio().gaps()).isLessThanOrEqualTo(MOST_AUDIO_GAPS);
                awaitPlaying(channel);
                assertClean(viewer);
            }
        }
    }

    private static void change(Path to, String channel) throws Exception {
        try (TsServer source = TsServer.start(Clips.mpeg2());
                HlsViewer viewer = watch(channel, source)) {
            awaitSegments(viewer, 4);
            source.play(to);
            await("the next epoch").until(() -> viewer.video().inits() > 1);
            awaitSegments(viewer, viewer.video().segments() + 4);

            assertThat(viewer.video().discontinuities()).isLessThanOrEqualTo(1);
            assertThat(viewer.video().gaps()).isLessThanOrEqualTo(MOST_GAPS);
            assertClean(viewer);
        }
    }

    private static void radio(String channel) throws Exception {
        try (TsServer source = TsServer.start(Clips.radio());
                HlsViewer viewer = watch(channel, source)) {
            awaitSegments(viewer, 6);

            assertThat(viewer.video().toString()).contains("audio/media.m3u8");
            assertThat(viewer.video().discontinuities()).isZero();
            assertThat(viewer.video().buffer().stalledSeconds()).isLessThan(Patience.allowance(2));
            awaitPlaying(channel);
            assertClean(viewer);
        }
    }

    private static void scrambled(String channel) throws Exception {
        try (TsServer source = TsServer.start(Clips.mpeg2());
                HlsViewer viewer = watch(channel, source)) {
            awaitSegments(viewer, 4);
            source.scramble(true);
            await(channel + " says so").until(() -> "scrambled".equals(trouble(channel)));
            assertThat(stream(channel).getString("condition")).isEqualTo("recovering");
            source.scramble(false);

            awaitSegments(viewer, viewer.video().segments() + 4);
            assertThat(viewer.video().gaps()).isLessThanOrEqualTo(MOST_GAPS);
            assertClean(viewer);
        }
    }

    /** Checks that a player gets an error in time, and plays when the source has recovered. */
    private static void answer(TsServer.Answer answer, String trouble, String channel) throws Exception {
        try (TsServer source = TsServer.start(Clips.mpeg2())) {
            source.answer(answer);
            try (HlsViewer viewer = watch(channel, source)) {
                await(channel + " says so").until(() -> trouble.equals(trouble(channel)));
                await(channel + "'s player is told").until(() -> viewer.video().failures() > 0);
                assertThat(viewer.video().failure())
                        .containsAnyOf("502 ", "503 ")
                        .contains("urn:xg2g:problem:")
                        .doesNotContain("stopped");
                assertProblem(
                        RunningService.get(service.api("/live/" + channel + "/stream.ts")), 502, "receiver-failed");
                source.answer(TsServer.Answer.STREAM);

                awaitSegments(viewer, 3);
                assertClean(viewer);
            }
        }
    }

    private static void slowReader(String channel) throws Exception {
        try (TsServer source = TsServer.start(Clips.mpeg2())) {
            source.stuff(1000);
            try (HlsViewer viewer = watch(channel, source);
                    Socket slow = new Socket("127.0.0.1", service.api("/").getPort())) {
                awaitSegments(viewer, 1);
                slow.getOutputStream()
                        .write(("GET /live/" + channel + "/stream.ts HTTP/1.1\r\nHost: localhost\r\n\r\n")
                                .getBytes(StandardCharsets.US_ASCII));
                await("it is counted").until(() -> stream(channel).getInteger("viewers") == 2);
                await("it is cut off").until(() -> stream(channel).getInteger("viewers") == 1);
                awaitSegments(viewer, viewer.video().segments() + 3);

                assertThat(viewer.video().discontinuities()).isZero();
                assertThat(viewer.video().buffer().stalledSeconds()).isLessThan(Patience.allowance(2));
                assertClean(viewer);
            }
        }
    }

    private static HlsViewer watch(String channel, TsServer source) {
        HttpResponse<String> answer =
                LiveChannels.add(service, channel, source.uri().toString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        return HlsViewer.watch(service, channel);
    }

    /** Waits for this number of discontinuities, and continues for a while. */
    private static void awaitDiscontinuities(HlsViewer viewer, int discontinuities) {
        await("the break").until(() -> viewer.video().discontinuities() >= discontinuities);
        awaitSegments(viewer, viewer.video().segments() + 4);
        assertThat(viewer.video().discontinuities()).isEqualTo(discontinuities);
    }

    /** Waits until a degraded channel has recovered. */
    private static void awaitPlaying(String channel) {
        await(channel + " plays").until(() -> "playing".equals(stream(channel).getString("condition")));
    }

    private static void assertClean(HlsViewer viewer) {
        assertThat(viewer.violations()).isEmpty();
    }

    private static JsonObject stream(String channel) {
        return new JsonObject(
                RunningService.get(service.api("/api/v1/streams/" + channel)).body());
    }

    private static String trouble(String channel) {
        JsonObject trouble = stream(channel).getJsonObject("trouble");
        return trouble == null ? "" : trouble.getString("code");
    }
}
