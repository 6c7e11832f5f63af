package io.xg2g.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.xg2g.schedule.Patience;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Recent events of the packaged service: they survive a kill, and a client goes on where it was. */
class EventsIT {
    private static final Duration PATIENCE = Patience.seconds(120);

    @TempDir
    Path directory;

    /** A received Server-Sent Event. */
    private record Received(long id, String name, JsonObject data) {
        private @Nullable String detail(String key) {
            return data.getJsonObject("details").getString(key);
        }
    }

    @Test
    void eventsSurviveAKillAndAClientMissesNone() throws Exception {
        List<Received> seen = new CopyOnWriteArrayList<>();
        try (RunningService service = start()) {
            // Given a client that follows, while a channel starts and is stopped
            follow(service, null, seen);
            assertThat(RunningService.get(service.api("/live/demo/master.m3u8")).statusCode())
                    .isEqualTo(200);
            HttpRequest stop = HttpRequest.newBuilder(service.api("/api/v1/streams/demo"))
                    .DELETE()
                    .build();
            assertThat(RunningService.send(stop, HttpResponse.BodyHandlers.discarding())
                            .statusCode())
                    .isEqualTo(204);
            Received stopped = await(seen, "stream.stopped", 1);
            assertThat(seen).extracting(Received::name).startsWith("program.started", "stream.started");
            assertThat(seen.getFirst().detail("recovered")).isEqualTo("false");
            assertThat(stopped.detail("reason")).isEqualTo("requested");

            // When the service is killed
            service.process().destroyForcibly().onExit().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }
        long last = seen.getLast().id();
        List<Received> more = new CopyOnWriteArrayList<>();
        try (RunningService service = start()) {
            // Then what the client has seen is still there, and it gets what it has not seen
            follow(service, Long.toString(last), more);
            assertThat(await(more, "program.started", 1).detail("recovered")).isEqualTo("true");
            assertThat(more.getFirst().id()).isGreaterThan(last);
            List<JsonObject> stored = list(service, "?since=0");
            assertThat(stored).containsAll(seen.stream().map(Received::data).toList());
            assertThat(stored).extracting(event -> event.getLong("sequence")).isSorted();

            // And it is selected by type and time, and comes in pages
            assertThat(list(service, "?type=stream"))
                    .isNotEmpty()
                    .allMatch(event -> event.getString("type").startsWith("stream."));
            assertThat(list(service, "?since=" + Instant.now().plusSeconds(3600)))
                    .isEmpty();
            assertThat(pages(service)).isEqualTo(list(service, "?since=0&limit=1000"));
            assertThat(RunningService.get(service.api("/api/v1/events?since=yesterday"))
                            .statusCode())
                    .isEqualTo(400);

            // When it is stopped in order
            service.terminate();
            service.process().onExit().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }
        try (RunningService service = start()) {
            assertThat(list(service, "?type=program"))
                    .extracting(event -> event.getString("type"))
                    .startsWith("program.started", "program.started", "program.stopped");
            List<Received> third = new CopyOnWriteArrayList<>();
            follow(service, null, third);
            assertThat(await(third, "program.started", 3).detail("recovered")).isEqualTo("false");
        }
    }

    private RunningService start() {
        return RunningService.start(
                directory.resolve("work"), Map.of("xg2g.live.demo", "true", "xg2g.shutdown-grace", "1s"));
    }

    private static List<JsonObject> list(RunningService service, String query) {
        // Without a header Accept the answer is JSON, too.
        HttpRequest request = HttpRequest.newBuilder(service.api("/api/v1/events" + query))
                .timeout(PATIENCE)
                .build();
        HttpResponse<String> answer = RunningService.send(request, HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return events(new JsonObject(answer.body()));
    }

    private static List<JsonObject> events(JsonObject page) {
        JsonArray events = page.getJsonArray("events");
        return events.stream().map(JsonObject.class::cast).toList();
    }

    private static List<JsonObject> pages(RunningService service) {
        List<JsonObject> all = new ArrayList<>();
        @Nullable String next = "/api/v1/events?since=0&limit=2";
        while (next != null) {
            JsonObject page = new JsonObject(
                    RunningService.get(service.api("/").resolve(next)).body());
            all.addAll(events(page));
            next = page.getString("next");
        }
        return all;
    }

    /** Reads events on a thread of its own, until the stream ends. */
    private static void follow(RunningService service, @Nullable String lastEventId, List<Received> into) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(service.api("/api/v1/events")).header("Accept", "text/event-stream");
        if (lastEventId != null) {
            request.header("Last-Event-ID", lastEventId);
        }
        HttpResponse<Stream<String>> answer = RunningService.send(request.build(), HttpResponse.BodyHandlers.ofLines());
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith("text/event-stream"));
        assertThat(answer.headers().firstValue("X-Accel-Buffering")).hasValue("no");
        Thread.startVirtualThread(() -> read(answer.body(), into));
    }

    private static void read(Stream<String> lines, List<Received> into) {
        Map<String, String> fields = new HashMap<>();
        try {
            lines.forEach(line -> {
                int colon = line.indexOf(':');
                if (colon > 0) {
                    fields.put(
                            line.substring(0, colon), line.substring(colon + 1).strip());
                } else if (line.isEmpty() && fields.containsKey("data")) {
                    into.add(new Received(
                            Long.parseLong(fields.get("id")), fields.get("event"), new JsonObject(fields.get("data"))));
                    fields.clear();
                }
            });
        } catch (UncheckedIOException killed) {
            // The service was killed.
        }
    }

    /** Waits for the {@code count}-th event of a type: others may have been received before and after it. */
    private static Received await(List<Received> seen, String type, int count) {
        return Awaitility.await(count + " × " + type)
                .atMost(PATIENCE)
                .until(
                        () -> seen.stream()
                                .filter(event -> event.name().equals(type))
                                .skip(count - 1)
                                .findFirst(),
                        Optional::isPresent)
                .orElseThrow();
    }
}
