package io.xg2g.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import io.xg2g.http.FreePort;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program is killed and restarted during playback. */
@Tag("alone")
class LiveRestartIT {
    @TempDir
    Path directory;

    @Test
    void playersContinueAfterAKillAndAShutdownIsPrompt() throws Exception {
        int port = FreePort.any();
        int management = FreePort.any();
        try (TsServer source = TsServer.start(Clips.mpeg2())) {
            List<ProcessHandle> orphans;
            HlsViewer viewer;
            try (RunningService first = service(port, management)) {
                add(first, source);
                viewer = HlsViewer.watch(first, "tv");
                awaitSegments(viewer, 4);
                orphans = first.encoders();
                assertThat(orphans).isNotEmpty();
                first.process().destroyForcibly().onExit().get(10, TimeUnit.SECONDS);
            }
            long number = viewer.video().number();
            long discontinuity = viewer.video().discontinuity();
            int segments = viewer.video().segments();
            assertThat(discontinuity).as("counts from 0").isLessThan(100);
            try (viewer;
                    RunningService second = service(port, management)) {
                awaitSegments(viewer, segments + 4);

                assertThat(viewer.video().number()).isGreaterThan(number);
                assertThat(viewer.video().discontinuity()).isBetween(discontinuity + 1, discontinuity + 100);
                assertThat(viewer.video().discontinuities()).isEqualTo(1);
                assertThat(viewer.violations()).isEmpty();
                assertThat(orphans).noneMatch(ProcessHandle::isAlive);
                assertPromptEnd(second);
            }
            Awaitility.await("the source is left alone").until(() -> source.readers() == 0);
        }
    }

    private static void assertPromptEnd(RunningService service) throws Exception {
        int before = viewers(service);
        List<CompletableFuture<Long>> streams = new ArrayList<>();
        for (String what : List.of("stream.ts", "stream.ts?mode=audio_proxy", "stream.ts?mode=gpu", "audio.aac")) {
            streams.add(CompletableFuture.supplyAsync(() -> read(service, what), Thread::startVirtualThread));
        }
        Awaitility.await("they all watch")
                .atMost(Duration.ofSeconds(20))
                .until(() -> viewers(service) >= before + streams.size());
        Thread.sleep(2500);
        List<ProcessHandle> children = service.encoders();

        long asked = System.nanoTime();
        service.process().destroy();
        service.process().onExit().get(20, TimeUnit.SECONDS);

        assertThat((System.nanoTime() - asked) / 1e9)
                .as("seconds\n" + service.log())
                .isLessThan(10);
        assertThat(children).noneMatch(ProcessHandle::isAlive);
        assertThat(service.remainingFiles()).isEmpty();
        for (CompletableFuture<Long> read : streams) {
            assertThat(read.get(5, TimeUnit.SECONDS)).isPositive();
        }
    }

    private static int viewers(RunningService service) {
        return new JsonObject(
                        RunningService.get(service.api("/api/v1/streams/tv")).body())
                .getInteger("viewers");
    }

    /** Number of bytes until the end. */
    private static long read(RunningService service, String what) {
        HttpResponse<InputStream> answer = RunningService.send(
                HttpRequest.newBuilder(service.api("/live/tv/" + what)).build(), BodyHandlers.ofInputStream());
        assertThat(answer.statusCode()).as(what).isEqualTo(200);
        long bytes = 0;
        byte[] buffer = new byte[65_536];
        try (InputStream in = answer.body()) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                bytes += n;
            }
        } catch (IOException cut) {
            throw new AssertionError(what + " was cut off instead of ended", cut);
        }
        return bytes;
    }

    private RunningService service(int port, int management) {
        return RunningService.start(
                directory.resolve("work"),
                Map.of(
                        "quarkus.http.port", Integer.toString(port),
                        "quarkus.management.port", Integer.toString(management),
                        "xg2g.live.channels-file",
                                directory.resolve("channels.json").toString()));
    }

    private static void add(RunningService service, TsServer source) {
        JsonObject spec =
                new JsonObject().put("id", "tv").put("url", source.uri().toString());
        HttpRequest post = HttpRequest.newBuilder(service.api("/api/v1/channels"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(spec.encode()))
                .build();
        assertThat(RunningService.send(post, BodyHandlers.discarding()).statusCode())
                .isEqualTo(201);
    }

    private static void awaitSegments(HlsViewer viewer, int segments) {
        Awaitility.await("segments").atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
            assertThat(viewer.video().segments()).as("%s", viewer.video()).isGreaterThanOrEqualTo(segments);
            assertThat(viewer.audio().segments()).as("%s", viewer.audio()).isGreaterThanOrEqualTo(segments);
        });
    }
}
