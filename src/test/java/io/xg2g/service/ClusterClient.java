package io.xg2g.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import io.xg2g.schedule.Patience;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import org.awaitility.Awaitility;

/**
 * A client with a bearer token.
 *
 * @param base of the URLs: of a proxy or of a gateway, without a slash at its end
 */
record ClusterClient(URI base, String token) {
    private static final String JOBS = "/api/v1/transcodes";

    /** Token of the role operator, by the name of who has it. */
    static String tokenOf(String name) {
        return "xg2g_" + (name + "0".repeat(40)).substring(0, 40);
    }

    /** The configuration of gateways with the tokens of these names. */
    static Map<String, String> identities(String... names) {
        Map<String, String> settings = new TreeMap<>();
        for (String name : names) {
            settings.put("xg2g.security.tokens." + name + ".sha256", sha256(tokenOf(name)));
            settings.put("xg2g.security.tokens." + name + ".role", "operator");
        }
        return settings;
    }

    private static String sha256(String token) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(base + path)).header("Authorization", "Bearer " + token);
    }

    HttpResponse<String> get(String path) {
        return RunningService.send(request(path).build(), BodyHandlers.ofString());
    }

    /** A transcode of a file. */
    HttpRequest.Builder transcode(String query, Path file) {
        return request(JOBS + "?" + query)
                .header("Content-Type", "video/mp2t")
                .POST(body(file));
    }

    private static BodyPublisher body(Path file) {
        try {
            return BodyPublishers.ofFile(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Requests a job with an idempotency key. */
    HttpResponse<String> postJob(String query, Path file, String key) {
        return RunningService.send(
                transcode(query, file)
                        .header("Prefer", "respond-async")
                        .header("Idempotency-Key", "\"" + key + "\"")
                        .build(),
                BodyHandlers.ofString());
    }

    JsonObject job(String id) {
        HttpResponse<String> answer = get(JOBS + "/" + id);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return new JsonObject(answer.body());
    }

    /** Waits until a job is completed, with answers of status 200 only, and returns it. */
    JsonObject awaitCompleted(String id) {
        Awaitility.await(id)
                .atMost(Patience.seconds(120))
                .pollInterval(Duration.ofMillis(200))
                .until(() -> job(id).getString("state").equals("completed"));
        return job(id);
    }

    /** Size of the only rendition of a completed job, which is downloaded. */
    int sizeOfResult(JsonObject job) {
        assertThat(job.getJsonArray("renditions")).hasSize(1);
        String url = job.getJsonArray("renditions").getJsonObject(0).getString("url");
        HttpResponse<byte[]> answer =
                RunningService.send(request(url).build(), BodyHandlers.ofByteArray());
        assertThat(answer.statusCode()).isEqualTo(200);
        return answer.body().length;
    }

    void addChannel(String id, String url) {
        HttpResponse<String> answer = RunningService.send(
                request("/api/v1/channels")
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(
                                new JsonObject().put("id", id).put("url", url).encode()))
                        .build(),
                BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    }

    /** URL of a playback with a playback token of its own. */
    URI playback(String channel, String protocol, String query) {
        HttpResponse<String> answer = RunningService.send(
                request("/api/v1/channels/" + channel + "/playback" + query)
                        .POST(BodyPublishers.noBody())
                        .build(),
                BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isIn(200, 201);
        return URI.create(base + "/").resolve(new JsonObject(answer.body()).getString(protocol));
    }

    HlsViewer watch(String channel) {
        return HlsViewer.watch(URI.create(base + "/live/" + channel + "/"), "Authorization", "Bearer " + token);
    }
}
