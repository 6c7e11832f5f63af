package io.xg2g.service;

import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;

/** Client that adds and removes channels by the API. */
final class LiveChannels {
    private LiveChannels() {}

    static HttpResponse<String> add(RunningService service, String id, String url) {
        return add(service, new JsonObject().put("id", id).put("url", url).encode());
    }

    static HttpResponse<String> add(RunningService service, String json) {
        return RunningService.send(
                HttpRequest.newBuilder(service.api("/api/v1/channels"))
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(json))
                        .build(),
                BodyHandlers.ofString());
    }

    /** Stops the channel; the next request of a player starts it again. */
    static void stop(RunningService service, String id) {
        RunningService.send(
                HttpRequest.newBuilder(service.api("/api/v1/streams/" + id))
                        .DELETE()
                        .build(),
                BodyHandlers.discarding());
    }

    static HttpResponse<String> remove(RunningService service, String id) {
        return RunningService.send(
                HttpRequest.newBuilder(service.api("/api/v1/channels/" + id))
                        .DELETE()
                        .build(),
                BodyHandlers.ofString());
    }
}
