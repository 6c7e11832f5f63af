package io.xg2g.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.xg2g.ffmpeg.TestMedia;
import io.xg2g.schedule.Patience;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/** A client of the asynchronous transcodes of a service. */
record JobClient(RunningService service) {
    static final String PATH = "/api/v1/transcodes";

    /** Requests a transcode of a short clip; the query is behind the profile 480p. */
    HttpResponse<String> post(String query, Map<String, String> headers) {
        HttpRequest.Builder request =
                service.post("profile=480p" + query, TestMedia.progressive()).header("Prefer", "respond-async");
        headers.forEach(request::header);
        return RunningService.send(request.build(), BodyHandlers.ofString());
    }

    /** Requests a transcode of a short clip, which is accepted, and returns its id. */
    String accept(String query) {
        return accepted(post(query, Map.of()));
    }

    HttpResponse<String> postSource(String source) {
        JsonObject body = new JsonObject().put("source", source).put("profile", "480p");
        return RunningService.send(
                HttpRequest.newBuilder(service.api(PATH))
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(body.encode()))
                        .build(),
                BodyHandlers.ofString());
    }

    HttpResponse<String> retry(String id) {
        return RunningService.send(
                HttpRequest.newBuilder(service.api(PATH + "/" + id + "/retry"))
                        .POST(BodyPublishers.noBody())
                        .build(),
                BodyHandlers.ofString());
    }

    JsonObject get(String id) {
        HttpResponse<String> response = RunningService.get(service.api(PATH + "/" + id));
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return new JsonObject(response.body());
    }

    /** Returns the ids of the jobs in a state, the newest first. */
    List<String> ids(String state) {
        JsonArray jobs = new JsonObject(RunningService.get(service.api(PATH + "?state=" + state))
                        .body())
                .getJsonArray("transcodes");
        return jobs.stream().map(job -> ((JsonObject) job).getString("id")).toList();
    }

    JsonObject awaitState(String id, String state) {
        await(id + " is " + state).until(() -> get(id).getString("state").equals(state));
        return get(id);
    }

    /** Downloads the rendition of a completed job into a directory, and checks it. */
    void assertDecodes(JsonObject job, Path directory) throws IOException {
        Path file = directory.resolve(job.getString("id") + ".ts");
        String url = job.getJsonArray("renditions").getJsonObject(0).getString("url");
        RunningService.send(HttpRequest.newBuilder(service.api(url)).build(), BodyHandlers.ofFile(file));
        assertThat(Ffprobe.decodeErrors(file)).isEmpty();
        assertThat(Ffprobe.stream(file, "video").getInteger("height")).isEqualTo(360);
    }

    static String accepted(HttpResponse<String> response) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(202);
        return new JsonObject(response.body()).getString("id");
    }

    static String code(HttpResponse<String> response) {
        return new JsonObject(response.body()).getString("code");
    }

    static ConditionFactory await(String what) {
        return Awaitility.await(what).atMost(Patience.seconds(180)).pollInterval(Duration.ofMillis(50));
    }
}
