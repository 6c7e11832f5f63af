package io.xg2g.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import io.xg2g.ffmpeg.TestMedia;
import io.xg2g.schedule.Patience;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Fault injection around the service. */
@ExtendWith(Services.Resolver.class)
class FaultsIT {
    private static final Duration LONG = Patience.seconds(60);

    @TempDir
    static Path directory;

    /** With one slot, whose units wait until they are stopped. */
    private static RunningService held;

    @TempDir
    Path temp;

    private Path work;
    private BlockingFfmpeg gate;

    @BeforeAll
    static void start(Services services) {
        held = services.own(oneSlot(new BlockingFfmpeg(directory)));
    }

    @BeforeEach
    void prepare() {
        work = temp.resolve("work");
        gate = new BlockingFfmpeg(temp);
    }

    @Test
    void aKilledServiceIsCleanAfterItsRestartAndItsShutdownCompletesRunningRequests() throws Exception {
        // Given a unit in the middle of its run
        List<ProcessHandle> orphans;
        try (RunningService first = service(oneSlot(gate))) {
            submit(first);
            awaitRunning(first);
            orphans = first.encoders();
            assertThat(orphans).isNotEmpty();

            // When
            first.process().destroyForcibly().onExit().join();
            assertThat(orphans).allMatch(ProcessHandle::isAlive);
            assertThat(first.remainingFiles()).isNotEmpty();
        }
        try (RunningService second = service(oneSlot(gate))) {
            // Then
            assertThat(orphans).noneMatch(ProcessHandle::isAlive);
            assertThat(second.remainingFiles()).isEmpty();
            assertThatShutdownCompletesWhatRuns(second);
        }
    }

    private void assertThatShutdownCompletesWhatRuns(RunningService service) throws Exception {
        // Given a running and a waiting request
        CompletableFuture<HttpResponse<String>> running = submit(service);
        awaitRunning(service);
        CompletableFuture<HttpResponse<String>> waiting = submit(service);
        Awaitility.await().until(() -> service.metric("xg2g_gpu_queue_size") == 1);

        // When
        service.process().destroy();

        // Then
        HttpResponse<String> turnedAway = waiting.get(LONG.toSeconds(), TimeUnit.SECONDS);
        assertThat(turnedAway.statusCode()).isEqualTo(503);
        assertThat(code(turnedAway)).isEqualTo("shutting-down");
        gate.open();
        assertThat(running.get(LONG.toSeconds(), TimeUnit.SECONDS).statusCode()).isEqualTo(200);
        awaitEnd(service);
        assertThat(service.remainingFiles()).isEmpty();
    }

    @Test
    void aDisconnectCancelsAWaitingOrRunningRequest() throws Exception {
        RunningService service = held;
        double cancelled = service.metric("xg2g_gpu_queue_rejections_total", "cancelled");
        // Given a running and a waiting request
        Socket running = postBySocket(service);
        awaitRunning(service);
        Socket waiting = postBySocket(service);
        Awaitility.await().until(() -> service.metric("xg2g_gpu_queue_size") == 1);

        // When
        waiting.close();
        running.close();

        // Then
        Awaitility.await("slot, queue, process and files are free again")
                .until(() -> service.metric("xg2g_gpu_queue_size") == 0
                        && service.metric("xg2g_gpu_active_workers") == 0
                        && service.encoders().isEmpty()
                        && service.remainingFiles().isEmpty());
        assertThat(service.metric("xg2g_gpu_queue_rejections_total", "cancelled"))
                .isEqualTo(cancelled + 1);
    }

    @Test
    @Tag("nightly")
    void shutdownStopsRequestsThatExceedTheGraceTime() throws Exception {
        try (RunningService service = service(Map.of("xg2g.ffmpeg.path", gate.path(), "xg2g.shutdown-grace", "1s"))) {
            // Given
            CompletableFuture<HttpResponse<String>> running = submit(service);
            awaitRunning(service);
            List<ProcessHandle> encoders = service.encoders();

            // When
            service.process().destroy();
            awaitEnd(service);

            // Then
            assertThat(encoders).noneMatch(ProcessHandle::isAlive);
            assertThat(service.remainingFiles()).isEmpty();
            assertThat(running.get(LONG.toSeconds(), TimeUnit.SECONDS).statusCode())
                    .isEqualTo(503);
            assertThat(code(running.join())).isEqualTo("shutting-down");
        }
    }

    @Test
    void withoutFfmpegTheServiceIsNotReadyAndRejectsWork() {
        try (RunningService service = RunningService.launch(work, Map.of("xg2g.ffmpeg.path", "/nonexistent/ffmpeg"))) {
            Awaitility.await().until(() -> service.log().contains("Listening on"));
            Awaitility.await("probe done")
                    .until(() ->
                            RunningService.get(service.management("/startedz")).statusCode() == 200);
            HttpResponse<String> ready = RunningService.get(service.management("/readyz"));
            assertThat(ready.statusCode()).isEqualTo(503);
            assertThat(ready.body()).contains("ffmpeg");
            HttpResponse<String> answer = submit(service).join();
            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(code(answer)).isEqualTo("no-device");
            assertThat(answer.headers().firstValue("Retry-After")).isPresent();
            assertThat(RunningService.get(service.management("/healthz")).statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void anAsynchronousTranscodeCanBeCancelledWhileItRuns() throws Exception {
        RunningService service = held;
        // Given
        HttpResponse<String> accepted = RunningService.send(
                service.post("profile=480p", TestMedia.progressive())
                        .header("Prefer", "respond-async")
                        .build(),
                BodyHandlers.ofString());
        String id = new JsonObject(accepted.body()).getString("id");
        awaitRunning(service);

        // When
        HttpRequest delete = HttpRequest.newBuilder(service.api("/api/v1/transcodes/" + id))
                .DELETE()
                .build();
        assertThat(RunningService.send(delete, BodyHandlers.discarding()).statusCode())
                .isEqualTo(204);

        // Then
        Awaitility.await()
                .until(() -> new JsonObject(RunningService.get(service.api("/api/v1/transcodes/" + id))
                                .body())
                        .getString("state")
                        .equals("cancelled"));
        Awaitility.await()
                .until(() ->
                        service.encoders().isEmpty() && service.remainingFiles().isEmpty());
    }

    @Test
    @Tag("nightly")
    void aFullDiskIsReportedByReadinessAndByTheResponse() {
        // A minimum above the free space simulates a full disk.
        try (RunningService service = RunningService.launch(work, Map.of("xg2g.ffmpeg.min-free-disk", "1T"))) {
            Awaitility.await().until(() -> service.log().contains("Listening on"));
            HttpResponse<String> answer = submit(service).join();
            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(code(answer)).isEqualTo("disk-full");
            assertThat(RunningService.get(service.management("/readyz")).statusCode())
                    .isEqualTo(503);
        }
    }

    @Test
    @Tag("nightly")
    void automaticWorkersFollowTheProbe() {
        try (RunningService service = service(Map.of("xg2g.gpu.queue.workers", "auto"))) {
            assertThat(service.metric("xg2g_gpu_slots")).isBetween(1.0, 64.0);
            assertThat(submit(service).join().statusCode()).isEqualTo(200);
        }
    }

    @Test
    @Tag("nightly")
    void aSecondServiceOnTheSameWorkDirectoryDoesNotStart() throws Exception {
        try (RunningService second = RunningService.launch(held.work(), Map.of())) {
            awaitEnd(second);
            assertThat(second.process().exitValue()).isNotZero();
            assertThat(held.process().isAlive()).isTrue();
        }
    }

    private static Map<String, String> oneSlot(BlockingFfmpeg gate) {
        return Map.of("xg2g.gpu.queue.workers", "1", "xg2g.ffmpeg.path", gate.path());
    }

    private static void awaitEnd(RunningService service) throws Exception {
        service.process().onExit().get(LONG.toSeconds(), TimeUnit.SECONDS);
    }

    private RunningService service(Map<String, String> configuration) {
        return RunningService.start(work, configuration);
    }

    private static CompletableFuture<HttpResponse<String>> submit(RunningService service) {
        return RunningService.sendAsync(
                service.post("profile=480p", TestMedia.progressive()).build(),
                BodyHandlers.ofString(StandardCharsets.ISO_8859_1));
    }

    private static void awaitRunning(RunningService service) {
        Awaitility.await("a unit runs")
                .until(() -> service.metric("xg2g_gpu_active_workers") == 1
                        && !service.encoders().isEmpty());
    }

    private static Socket postBySocket(RunningService service) throws IOException {
        byte[] clip = Files.readAllBytes(TestMedia.progressive());
        Socket socket = new Socket("127.0.0.1", service.api("/").getPort());
        socket.getOutputStream()
                .write(
                        ("POST /api/v1/transcodes?profile=480p HTTP/1.1\r\nHost: localhost\r\nContent-Type: video/mp2t\r\nContent-Length: "
                                        + clip.length + "\r\n\r\n")
                                .getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().write(clip);
        socket.getOutputStream().flush();
        return socket;
    }

    private static String code(HttpResponse<String> answer) {
        return new JsonObject(answer.body()).getString("code");
    }
}
