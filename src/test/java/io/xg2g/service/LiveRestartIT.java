package io.xg2g.service;

import static io.xg2g.service.WatchedChannel.awaitSegments;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import io.xg2g.http.FreePort;
import io.xg2g.schedule.Patience;
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
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program is killed and restarted during playback. */
class LiveRestartIT {
    /** Longer than a shutdown that does not wait for streams, on any machine. */
    private static final Duration GRACE = Duration.ofMinutes(3);

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
                assertThat(LiveChannels.add(first, "tv", source.uri().toString())
                                .statusCode())
                        .isEqualTo(201);
                viewer = HlsViewer.watch(first, "tv");
                awaitSegments(viewer, 4);
                orphans = first.encoders();
                assertThat(orphans).isNotEmpty();
                first.process().destroyForcibly().onExit().join();
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
        List<AtomicLong> read = new ArrayList<>();
        List<CompletableFuture<Void>> streams = new ArrayList<>();
        for (String what : List.of("stream.ts", "stream.ts?mode=audio_proxy", "stream.ts?mode=gpu", "audio.aac")) {
            AtomicLong bytes = new AtomicLong();
            read.add(bytes);
            streams.add(CompletableFuture.runAsync(() -> read(service, what, bytes), Thread::startVirtualThread));
        }
        Awaitility.await("they all watch").until(() -> viewers(service) >= before + streams.size());
        Awaitility.await("each of them has read something")
                .until(() -> read.stream().allMatch(bytes -> bytes.get() > 0));
        List<ProcessHandle> children = service.encoders();

        service.process().destroy();

        assertThat(service.process().waitFor(GRACE.dividedBy(2).toSeconds(), TimeUnit.SECONDS))
                .as("the shutdown takes less than half the grace time:\n%s", service.log())
                .isTrue();
        assertThat(children).noneMatch(ProcessHandle::isAlive);
        assertThat(service.remainingFiles()).isEmpty();
        for (CompletableFuture<Void> stream : streams) {
            stream.get(Patience.seconds(10).toSeconds(), TimeUnit.SECONDS);
        }
    }

    private static int viewers(RunningService service) {
        return new JsonObject(
                        RunningService.get(service.api("/api/v1/streams/tv")).body())
                .getInteger("viewers");
    }

    /** Counts the bytes until the end. */
    private static void read(RunningService service, String what, AtomicLong bytes) {
        HttpResponse<InputStream> answer = RunningService.send(
                HttpRequest.newBuilder(service.api("/live/tv/" + what)).build(), BodyHandlers.ofInputStream());
        assertThat(answer.statusCode()).as(what).isEqualTo(200);
        byte[] buffer = new byte[65_536];
        try (InputStream in = answer.body()) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                bytes.addAndGet(n);
            }
        } catch (IOException cut) {
            throw new AssertionError(what + " was cut off instead of ended", cut);
        }
    }

    private RunningService service(int port, int management) {
        return RunningService.start(
                directory.resolve("work"),
                Map.of(
                        "quarkus.http.port", Integer.toString(port),
                        "quarkus.management.port", Integer.toString(management),
                        "xg2g.shutdown-grace", GRACE.toSeconds() + "s",
                        "xg2g.live.channels-file",
                                directory.resolve("channels.json").toString()));
    }
}
