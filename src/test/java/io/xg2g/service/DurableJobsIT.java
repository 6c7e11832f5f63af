package io.xg2g.service;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.xg2g.ffmpeg.TestMedia;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Asynchronous transcodes of the packaged program, which is killed and started again. */
class DurableJobsIT {
    private static final String PATH = "/api/v1/transcodes";
    private static final String SECRET = "a secret of the test, of 32 characters";

    @TempDir
    Path temp;

    @Test
    @Tag("smoke")
    void everyJobEndsOnceByPriorityHoweverOftenTheProgramIsKilled() throws Exception {
        killTwiceWithJobsUnderWay();
    }

    @RepeatedTest(20)
    @Tag("nightly")
    void everyJobEndsOnceInEachOfTwentyRounds() throws Exception {
        killTwiceWithJobsUnderWay();
    }

    private void killTwiceWithJobsUnderWay() throws Exception {
        List<String> previews = new ArrayList<>();
        List<String> normal = new ArrayList<>();
        String finished;
        BlockingFfmpeg ffmpeg = new BlockingFfmpeg(temp);
        try (RunningService first = start(Map.of("xg2g.ffmpeg.path", ffmpeg.path()))) {
            normal.add(accepted(post(first, "profile=480p", Map.of())));
            for (int n = 0; n < 2; n++) {
                previews.add(accepted(post(first, "profile=480p&priority=preview", Map.of())));
                normal.add(accepted(post(first, "profile=480p", Map.of())));
            }
            ffmpeg.open();
            awaitState(first, normal.getFirst(), "completed");
            kill(first);
        }
        try (RunningService second = start(Map.of())) {
            finished = get(second, normal.getFirst()).encode();
            previews.add(accepted(post(second, "profile=480p&priority=preview", Map.of())));
            awaitState(second, normal.get(1), "completed");
            kill(second);
        }
        try (RunningService third = start(Map.of())) {
            List<Instant> ends = new ArrayList<>();
            for (List<String> level : List.of(normal, previews)) {
                for (String id : level) {
                    JsonObject job = awaitState(third, id, "completed");
                    ends.add(Instant.parse(job.getString("finishedAt")));
                    assertDecodes(third, job);
                }
            }
            assertThat(get(third, normal.getFirst()).encode())
                    .as("it ended before the first kill")
                    .isEqualTo(finished);
            assertThat(ends).as("one slot, by level and then in their order").isSorted();
            assertThat(states(third, "queued")).isEmpty();
            assertThat(third.metric("xg2g_queue_items", "queue=\"jobs\"")).isZero();
            Awaitility.await().until(() -> third.remainingFiles().isEmpty());
        }
    }

    @Test
    void anIdempotencyKeyLeadsToTheSameJobAcrossARestart() throws Exception {
        Map<String, String> key = Map.of("Idempotency-Key", "\"8e03978e-40d5\"");
        String id;
        try (RunningService first = start(Map.of())) {
            id = accepted(post(first, "profile=480p", key));
            assertThat(accepted(post(first, "profile=480p", key))).isEqualTo(id);
            kill(first);
        }
        try (RunningService second = start(Map.of())) {
            HttpResponse<String> again = post(second, "profile=480p", key);
            assertThat(accepted(again)).isEqualTo(id);
            assertThat(again.headers().firstValue("Location")).contains(PATH + "/" + id);

            HttpResponse<String> other = post(second, "profile=720p", key);
            assertThat(other.statusCode()).isEqualTo(422);
            assertThat(code(other)).isEqualTo("idempotency-key-reused");
            assertThat(accepted(post(second, "profile=480p", Map.of()))).isNotEqualTo(id);
        }
    }

    @Test
    void aSourceIsFetchedAndItsFailureIsRetriedByHand() throws Exception {
        Path clip = Files.copy(TestMedia.progressive(), temp.resolve("clip.ts"));
        try (FileServer files = FileServer.of(temp);
                RunningService service = start(Map.of())) {
            // Given
            assertThat(code(postSource(service, "http://169.254.169.254/latest")))
                    .isEqualTo("source-not-allowed");
            assertThat(code(postSource(service, "file:///etc/passwd"))).isEqualTo("invalid-request");

            // When
            String id = accepted(postSource(service, files.at("/moved/clip.ts")));
            String missing = accepted(postSource(service, files.at("/later.ts")));

            // Then
            assertDecodes(service, awaitState(service, id, "completed"));
            JsonObject failed = awaitState(service, missing, "failed");
            assertThat(failed.getJsonObject("problem").getString("detail")).contains("404");
            assertThat(states(service, "failed")).containsExactly(missing);
            assertThat(retry(service, id).statusCode()).isEqualTo(409);

            // And when it is there
            Files.move(clip, temp.resolve("later.ts"));
            assertThat(retry(service, missing).statusCode()).isEqualTo(202);
            assertDecodes(service, awaitState(service, missing, "completed"));
        }
    }

    @Test
    void aCallbackIsSignedAndRepeatedUntilItIsTaken() throws Exception {
        ConcurrentLinkedQueue<Received> received = new ConcurrentLinkedQueue<>();
        AtomicInteger requests = new AtomicInteger();
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            received.add(Received.of(exchange));
            exchange.sendResponseHeaders(requests.incrementAndGet() < 3 ? 503 : 204, -1);
            exchange.close();
        });
        server.start();
        String callback = "http://127.0.0.1:" + server.getAddress().getPort() + "/done";
        try (RunningService service = start(
                Map.of("xg2g.transcode.callback.secret", SECRET, "xg2g.transcode.callback.retry-delay", "100ms"))) {
            String id = accepted(post(service, "profile=480p&callback=" + callback, Map.of()));

            await("third attempt").until(() -> received.size() == 3);
            await("it is not repeated").until(() -> service.metric("xg2g_queue_items", "queue=\"callbacks\"") == 0);
            assertThat(received).hasSize(3).allSatisfy(one -> {
                assertThat(one.job()).isEqualTo(id);
                assertThat(one.isGenuine()).isTrue();
                JsonObject body = new JsonObject(one.body());
                assertThat(body.getString("state")).isEqualTo("completed");
                assertThat(body.getJsonArray("renditions").getJsonObject(0).getString("url"))
                        .isEqualTo(service.api(PATH + "/" + id + "/renditions/480p")
                                .toString());
            });
            assertThat(code(post(service, "profile=480p&callback=http://10.0.0.1/", Map.of())))
                    .isEqualTo("source-not-allowed");
        } finally {
            server.stop(0);
        }
    }

    @Test
    void limitsAreClearRefusals() throws Exception {
        // Given room for one job of each client, which does not end
        BlockingFfmpeg ffmpeg = new BlockingFfmpeg(temp);
        try (RunningService full = start(Map.of("xg2g.transcode.max-jobs", "2", "xg2g.ffmpeg.path", ffmpeg.path()))) {
            String id = accepted(post(full, "profile=480p", Map.of()));

            HttpResponse<String> second = post(full, "profile=480p", Map.of());

            assertThat(second.statusCode()).isEqualTo(503);
            assertThat(code(second)).isEqualTo("job-limit-reached");
            assertThat(second.headers().firstValue("Retry-After")).isPresent();
            assertThat(second.body()).contains("xg2g.transcode.max-jobs");
            assertThat(code(post(full, "profile=480p&callback=http://127.0.0.1/", Map.of())))
                    .as("no secret")
                    .isEqualTo("invalid-request");

            // And when there is room
            ffmpeg.open();
            awaitState(full, id, "completed");
            accepted(post(full, "profile=480p", Map.of()));
        }
    }

    @Test
    void anOrderlyEndLeavesTheJobsToTheNextStart() throws Exception {
        List<String> ids = new ArrayList<>();
        BlockingFfmpeg ffmpeg = new BlockingFfmpeg(temp);
        try (RunningService first = start(Map.of("xg2g.shutdown-grace", "0s", "xg2g.ffmpeg.path", ffmpeg.path()))) {
            for (int n = 0; n < 3; n++) {
                ids.add(accepted(post(first, "profile=480p", Map.of())));
            }
            first.terminate();
            assertThat(first.process().waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(first.log()).doesNotContain("ERROR");
        }
        try (RunningService second = start(Map.of())) {
            for (String id : ids) {
                awaitState(second, id, "completed");
            }
        }
    }

    /** A callback as it arrived. */
    private record Received(String job, String signature, String body) {
        static Received of(HttpExchange exchange) throws IOException {
            return new Received(
                    exchange.getRequestHeaders().getFirst("X-Xg2g-Transcode"),
                    exchange.getRequestHeaders().getFirst("X-Xg2g-Signature"),
                    new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
        }

        boolean isGenuine() {
            String time = signature.replaceFirst("t=(\\d+),v1=.*", "$1");
            try {
                Mac mac = Mac.getInstance("HmacSHA256");
                mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
                byte[] own = mac.doFinal((time + "." + body).getBytes(StandardCharsets.UTF_8));
                return signature.equals("t=" + time + ",v1=" + HexFormat.of().formatHex(own));
            } catch (java.security.GeneralSecurityException impossible) {
                throw new AssertionError(impossible);
            }
        }
    }

    private RunningService start(Map<String, String> configuration) {
        Map<String, String> all = new TreeMap<>(Map.of("xg2g.gpu.queue.workers", "1"));
        all.putAll(configuration);
        return RunningService.start(temp.resolve("work"), all);
    }

    private static void kill(RunningService service) throws Exception {
        service.process().destroyForcibly().onExit().get(10, TimeUnit.SECONDS);
    }

    private static HttpResponse<String> post(RunningService service, String query, Map<String, String> headers) {
        HttpRequest.Builder request =
                service.post(query, TestMedia.progressive()).header("Prefer", "respond-async");
        headers.forEach(request::header);
        return RunningService.send(request.build(), BodyHandlers.ofString());
    }

    private static HttpResponse<String> postSource(RunningService service, String source) {
        JsonObject body = new JsonObject().put("source", source).put("profile", "480p");
        return RunningService.send(
                HttpRequest.newBuilder(service.api(PATH))
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(body.encode()))
                        .build(),
                BodyHandlers.ofString());
    }

    private static HttpResponse<String> retry(RunningService service, String id) {
        return RunningService.send(
                HttpRequest.newBuilder(service.api(PATH + "/" + id + "/retry"))
                        .POST(BodyPublishers.noBody())
                        .build(),
                BodyHandlers.ofString());
    }

    private static String accepted(HttpResponse<String> response) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(202);
        return new JsonObject(response.body()).getString("id");
    }

    private static String code(HttpResponse<String> response) {
        return new JsonObject(response.body()).getString("code");
    }

    private static JsonObject get(RunningService service, String id) {
        HttpResponse<String> response = RunningService.get(service.api(PATH + "/" + id));
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return new JsonObject(response.body());
    }

    private static List<String> states(RunningService service, String state) {
        JsonArray jobs = new JsonObject(RunningService.get(service.api(PATH + "?state=" + state))
                        .body())
                .getJsonArray("transcodes");
        return jobs.stream().map(job -> ((JsonObject) job).getString("id")).toList();
    }

    private static JsonObject awaitState(RunningService service, String id, String state) {
        await(id + " is " + state)
                .until(() -> get(service, id).getString("state").equals(state));
        return get(service, id);
    }

    private void assertDecodes(RunningService service, JsonObject job) throws IOException {
        Path file = temp.resolve(job.getString("id") + ".ts");
        String url = job.getJsonArray("renditions").getJsonObject(0).getString("url");
        RunningService.send(HttpRequest.newBuilder(service.api(url)).build(), BodyHandlers.ofFile(file));
        assertThat(Ffprobe.decodeErrors(file)).isEmpty();
        assertThat(Ffprobe.stream(file, "video").getInteger("height")).isEqualTo(360);
    }

    private static ConditionFactory await(String what) {
        return Awaitility.await(what).atMost(Duration.ofMinutes(3)).pollInterval(Duration.ofMillis(50));
    }
}
