package io.xg2g.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** What a source can do to its channel. Every case has a source, a channel and a player of its own; all run at once. */
class LiveFaultsIT {
    private static final Duration SOURCE_TIMEOUT = Duration.ofSeconds(3);

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
                        "xg2g.live.source-timeout",
                        SOURCE_TIMEOUT.toSeconds() + "s",
                        "xg2g.gpu.queue.workers",
                        "4"));
    }

    @AfterAll
    static void end() {
        if (service != null) {
            System.err.println(service.log());
            service.close();
        }
    }

    @TestFactory
    Stream<DynamicTest> playbackGoesOn() {
        Map<String, Case> cases = new LinkedHashMap<>();
        cases.put("after a cut of 3 s", channel -> cutOf(3, channel));
        // 15 s stand for a minute: the pauses between attempts are at their longest by then.
        cases.put("after a cut of 15 s", channel -> cutOf(15, channel));
        cases.put("after the source's clock jumped", LiveFaultsIT::jump);
        cases.put("while the source's clock starts anew at 0", LiveFaultsIT::wrap);
        cases.put("while a tenth of the packets is damaged", LiveFaultsIT::damage);
        cases.put("with pictures of another size", channel -> change(Clips.larger(), channel));
        cases.put("with another codec", channel -> change(Clips.h264(), channel));
        cases.put("without pictures", LiveFaultsIT::radio);
        cases.put("after the service was scrambled", LiveFaultsIT::scrambled);
        Map<String, CompletableFuture<Void>> running = new LinkedHashMap<>();
        var threads = Executors.newVirtualThreadPerTaskExecutor();
        int n = 0;
        for (Map.Entry<String, Case> entry : cases.entrySet()) {
            String channel = "case-" + n++;
            running.put(entry.getKey(), CompletableFuture.runAsync(() -> run(entry.getValue(), channel), threads));
        }
        return running.entrySet().stream()
                .map(entry -> DynamicTest.dynamicTest(
                        entry.getKey(), () -> entry.getValue().get(120, TimeUnit.SECONDS)));
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
            int before = viewer.video().segments();
            source.listen();

            awaitSegments(viewer, before + 5);
            assertThat(viewer.video().breaks()).isEqualTo(1);
            assertThat(viewer.video().gaps()).isZero();
            assertThat(stream(channel).getString("condition")).isEqualTo("playing");
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
            awaitSegments(viewer, viewer.video().segments() + 4);

            assertThat(viewer.video().breaks()).isEqualTo(2);
            assertThat(viewer.video().gaps()).isZero();
            assertThat(viewer.video().stalledSeconds()).isLessThan(2);
            assertClean(viewer);
        }
    }

    private static void wrap(String channel) throws Exception {
        try (TsServer source = TsServer.start(Clips.mpeg2())) {
            source.wrapIn(12);
            try (HlsViewer viewer = watch(channel, source)) {
                awaitSegments(viewer, 12);

                assertThat(viewer.video().breaks()).isZero();
                assertThat(viewer.video().gaps()).isZero();
                assertThat(viewer.video().stalledSeconds()).isLessThan(2);
                assertClean(viewer);
            }
        }
    }

    private static void damage(String channel) throws Exception {
        try (TsServer source = TsServer.start(Clips.mpeg2());
                HlsViewer viewer = watch(channel, source)) {
            awaitSegments(viewer, 3);
            source.damage(0.1);
            long began = System.nanoTime();
            awaitSegments(viewer, 13);
            double took = (System.nanoTime() - began) / 1e9;

            System.err.println("damage: " + viewer.video() + " " + took);
            assertThat(took).isLessThan(30);
            assertClean(viewer);
        }
    }

    private static void change(Path to, String channel) throws Exception {
        try (TsServer source = TsServer.start(Clips.mpeg2());
                HlsViewer viewer = watch(channel, source)) {
            awaitSegments(viewer, 4);
            source.play(to);
            awaitSegments(viewer, viewer.video().segments() + 5);

            System.err.println("change: " + viewer.video());
            assertThat(viewer.video().breaks()).isEqualTo(1);
            assertThat(viewer.video().gaps()).isZero();
            assertClean(viewer);
        }
    }

    private static void radio(String channel) throws Exception {
        try (TsServer source = TsServer.start(Clips.radio());
                HlsViewer viewer = watch(channel, source)) {
            awaitSegments(viewer, 6);

            assertThat(viewer.video().toString()).contains("audio/media.m3u8");
            assertThat(viewer.video().breaks()).isZero();
            assertThat(viewer.video().stalledSeconds()).isLessThan(2);
            assertThat(stream(channel).getString("condition")).isEqualTo("playing");
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
            assertThat(viewer.video().gaps()).isZero();
            assertClean(viewer);
        }
    }

    private static HlsViewer watch(String channel, TsServer source) {
        JsonObject spec =
                new JsonObject().put("id", channel).put("url", source.uri().toString());
        HttpRequest post = HttpRequest.newBuilder(service.api("/api/v1/channels"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(spec.encode()))
                .build();
        HttpResponse<String> answer = RunningService.send(post, BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        return HlsViewer.watch(service, channel);
    }

    private static void awaitSegments(HlsViewer viewer, int segments) {
        try {
            await("segments")
                    .until(() -> viewer.video().segments() >= segments
                            && viewer.audio().segments() >= segments);
        } catch (org.awaitility.core.ConditionTimeoutException late) {
            throw new AssertionError(
                    "want " + segments + ": " + viewer.video() + "\n" + viewer.audio() + "\n" + viewer.complaints(),
                    late);
        }
    }

    private static void assertClean(HlsViewer viewer) {
        assertThat(viewer.complaints()).isEmpty();
    }

    private static JsonObject stream(String channel) {
        return new JsonObject(
                RunningService.get(service.api("/api/v1/streams/" + channel)).body());
    }

    private static String trouble(String channel) {
        JsonObject trouble = stream(channel).getJsonObject("trouble");
        return trouble == null ? "" : trouble.getString("code");
    }

    private static ConditionFactory await(String what) {
        return Awaitility.await(what).atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(100));
    }
}
