package io.xg2g.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Client of the API for GPUs, points and replays. */
record TelemetryClient(RunningService service) {
    static final String REPLAYS = "/api/v1/telemetry/replays";

    HttpResponse<String> get(String path, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(service.api(path));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return RunningService.send(request.build(), BodyHandlers.ofString());
    }

    /** A GPU in the list, if present. */
    Optional<JsonObject> gpu(String id) {
        return objects(new JsonArray(get("/api/v1/gpus").body())).stream()
                .filter(gpu -> gpu.getString("id").equals(id))
                .findFirst();
    }

    /** A page of points. */
    JsonObject page(String gpu, String query) {
        return ok(get("/api/v1/gpus/" + gpu + "/telemetry?" + query));
    }

    /** The points of a page. */
    List<JsonObject> points(String gpu, String query) {
        return objects(page(gpu, query).getJsonArray("points"));
    }

    HttpResponse<String> postReplay(String query, String contentType, String recording) {
        return RunningService.send(
                HttpRequest.newBuilder(service.api(REPLAYS + "?" + query))
                        .header("Content-Type", contentType)
                        .POST(BodyPublishers.ofString(recording))
                        .build(),
                BodyHandlers.ofString());
    }

    /** Starts a replay and returns its path. */
    String replay(String query, String recording) {
        HttpResponse<String> answer = postReplay(query, "text/csv", recording);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        String location = answer.headers().firstValue("Location").orElseThrow();
        return location.substring(location.indexOf(REPLAYS));
    }

    JsonObject state(String replay) {
        return ok(get(replay));
    }

    List<JsonObject> replays() {
        return objects(new JsonArray(get(REPLAYS).body()));
    }

    int delete(String path) {
        return RunningService.send(
                        HttpRequest.newBuilder(service.api(path)).DELETE().build(), BodyHandlers.discarding())
                .statusCode();
    }

    static JsonObject ok(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return new JsonObject(answer.body());
    }

    private static List<JsonObject> objects(JsonArray array) {
        return Stream.iterate(0, i -> i < array.size(), i -> i + 1)
                .map(array::getJsonObject)
                .toList();
    }
}
