package io.xg2g.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.xg2g.ffmpeg.TestMedia;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The transcode API of the packaged service. */
@ExtendWith(Services.Resolver.class)
class TranscodeIT {
    @TempDir
    static Path temp;

    private static RunningService service;

    @BeforeAll
    static void start(Services services) {
        service = services.shared(Services.USUAL);
    }

    static Stream<Path> broadcasts() {
        return Stream.of(TestMedia.h264Interlaced(), TestMedia.mpeg2(), TestMedia.hevc10());
    }

    @ParameterizedTest
    @MethodSource("broadcasts")
    @Tag("smoke")
    void aClipIsReturnedAsOnePlayableRendition(Path clip) throws IOException {
        // When
        HttpResponse<Path> answer = RunningService.send(
                service.post("profile=720p", clip).header("Accept", "video/mp4").build(),
                BodyHandlers.ofFile(temp.resolve("720p.mp4")));

        // Then
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).contains("video/mp4");
        assertThat(answer.headers().firstValue("Server-Timing").orElseThrow())
                .matches("queue;dur=\\d+, transcode;dur=\\d+");
        JsonObject video = Ffprobe.stream(answer.body(), "video");
        assertThat(video.getString("codec_name")).isEqualTo("h264");
        assertThat(video.getInteger("height")).isLessThanOrEqualTo(720);
        assertThat(video.getString("field_order", "progressive")).isEqualTo("progressive");
        assertThat(Ffprobe.stream(answer.body(), "audio").getString("codec_name"))
                .isEqualTo("aac");
        assertThat(Ffprobe.decodeErrors(answer.body())).isEmpty();
        Awaitility.await("files are removed after the answer")
                .until(() -> service.remainingFiles().isEmpty());
    }

    @Test
    void aLadderIsReturnedAsOnePartPerRung() throws IOException {
        // When
        HttpResponse<byte[]> answer = RunningService.send(
                service.post("profile=abr", TestMedia.mpeg2()).build(), BodyHandlers.ofByteArray());

        // Then
        assertThat(answer.statusCode()).isEqualTo(200);
        String type = answer.headers().firstValue("Content-Type").orElseThrow();
        assertThat(type).startsWith("multipart/mixed; boundary=");
        assertThat(answer.headers().firstValueAsLong("Content-Length")).hasValue(answer.body().length);
        String text = new String(answer.body(), StandardCharsets.ISO_8859_1);
        String[] parts = text.split("\r\n--" + type.substring(type.indexOf('=') + 1));
        assertThat(parts).hasSize(5);
        assertThat(parts[4]).isEqualTo("--\r\n");
        List<String> names = List.of("1080p", "720p", "480p");
        for (int i = 0; i < names.size(); i++) {
            String part = parts[i + 1];
            assertThat(part).contains("name=\"" + names.get(i) + "\"").contains("Content-Type: video/mp2t");
            Path file = temp.resolve(names.get(i) + ".ts");
            Files.write(file, part.substring(part.indexOf("\r\n\r\n") + 4).getBytes(StandardCharsets.ISO_8859_1));
            assertThat(Ffprobe.decodeErrors(file)).isEmpty();
        }
    }

    @Test
    void aRangeHeaderIsIgnoredForAPost() {
        HttpResponse<byte[]> answer = RunningService.send(
                service.post("profile=preview", TestMedia.mpeg2())
                        .header("Range", "bytes=0-5")
                        .build(),
                BodyHandlers.ofByteArray());
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body().length).isGreaterThan(1000);
    }

    @Test
    void aPreviewIsOneJpeg() throws IOException {
        // When
        HttpResponse<Path> answer = RunningService.send(
                service.post("profile=preview", TestMedia.h264Interlaced()).build(),
                BodyHandlers.ofFile(temp.resolve("preview.jpg")));

        // Then
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).contains("image/jpeg");
        assertThat(Ffprobe.stream(answer.body(), "video").getString("codec_name"))
                .isEqualTo("mjpeg");
    }

    @Test
    @Tag("smoke")
    void anAsynchronousTranscodeIsFollowedFetchedAndRemoved() throws IOException {
        // When
        HttpResponse<String> accepted = RunningService.send(
                service.post("profile=480p", TestMedia.h264Interlaced())
                        .header("Prefer", "respond-async")
                        .build(),
                BodyHandlers.ofString());

        // Then
        assertThat(accepted.statusCode()).isEqualTo(202);
        assertThat(accepted.headers().firstValue("Preference-Applied")).contains("respond-async");
        URI job = URI.create(accepted.headers().firstValue("Location").orElseThrow());
        URI location = job.isAbsolute() ? job : service.api(job.toString());
        HttpResponse<String> events = RunningService.get(URI.create(location + "/events"));
        assertThat(events.headers().firstValue("X-Accel-Buffering")).contains("no");
        assertThat(events.headers().firstValue("Cache-Control")).contains("no-cache");
        assertThat(events.body()
                        .lines()
                        .filter(line -> line.startsWith("event:"))
                        .map(line -> line.substring(6).strip()))
                .startsWith("queued", "started")
                .endsWith("finished");
        JsonObject done = new JsonObject(RunningService.get(location).body());
        assertThat(done.getString("state")).isEqualTo("completed");
        assertThat(done.getDouble("progressPercent")).isEqualTo(100);
        JsonArray renditions = done.getJsonArray("renditions");
        assertThat(renditions).hasSize(1);
        URI rendition = service.api(renditions.getJsonObject(0).getString("url"));
        byte[] whole = RunningService.send(HttpRequest.newBuilder(rendition).build(), BodyHandlers.ofByteArray())
                .body();
        assertThat(whole).hasSize(renditions.getJsonObject(0).getInteger("bytes"));

        // And byte ranges are supported
        HttpResponse<byte[]> range = RunningService.send(
                HttpRequest.newBuilder(rendition)
                        .header("Range", "bytes=188-375")
                        .build(),
                BodyHandlers.ofByteArray());
        assertThat(range.statusCode()).isEqualTo(206);
        assertThat(range.headers().firstValue("Content-Range")).contains("bytes 188-375/" + whole.length);
        assertThat(range.body()).isEqualTo(Arrays.copyOfRange(whole, 188, 376));

        HttpResponse<String> outside = RunningService.send(
                HttpRequest.newBuilder(rendition)
                        .header("Range", "bytes=" + whole.length + "-")
                        .build(),
                BodyHandlers.ofString());
        assertThat(outside.statusCode()).isEqualTo(416);
        assertThat(outside.headers().firstValue("Content-Range")).contains("bytes */" + whole.length);

        // And If-Range is compared
        String etag = range.headers().firstValue("ETag").orElseThrow();
        assertThat(statusOfRange(rendition, "bytes=0-9", etag)).isEqualTo(206);
        assertThat(statusOfRange(rendition, "bytes=" + whole.length + "-", etag))
                .isEqualTo(416);
        assertThat(statusOfRange(rendition, "bytes=0-9", "\"other\"")).isEqualTo(200);
        assertThat(statusOfRange(rendition, "bytes=" + whole.length + "-", "\"other\""))
                .isEqualTo(200);
        HttpRequest unchanged =
                HttpRequest.newBuilder(rendition).header("If-None-Match", etag).build();
        assertThat(RunningService.send(unchanged, BodyHandlers.ofString()).statusCode())
                .isEqualTo(304);

        // And it can be deleted
        assertThat(RunningService.send(HttpRequest.newBuilder(location).DELETE().build(), BodyHandlers.discarding())
                        .statusCode())
                .isEqualTo(204);
        assertThat(RunningService.get(location).statusCode()).isEqualTo(404);
        Awaitility.await().until(() -> service.remainingFiles().isEmpty());
    }

    private static int statusOfRange(URI rendition, String range, String ifRange) {
        HttpRequest request = HttpRequest.newBuilder(rendition)
                .header("Range", range)
                .header("If-Range", ifRange)
                .build();
        return RunningService.send(request, BodyHandlers.ofByteArray()).statusCode();
    }

    @Test
    void theOpenApiDescriptionHasEveryEndpoint() {
        assertThat(RunningService.get(service.api("/openapi")).body())
                .contains(
                        "/api/v1/transcodes:",
                        "/api/v1/transcodes/{id}:",
                        "/api/v1/transcodes/{id}/events:",
                        "/api/v1/transcodes/{id}/renditions/{name}:",
                        "/api/v1/queue:",
                        "/api/v1/gpus:",
                        "/api/v1/gpus/{uuid}:",
                        "/api/v1/gpus/{uuid}/telemetry:",
                        "/api/v1/gpus/{uuid}/telemetry/events:",
                        "/api/v1/telemetry/replays:",
                        "/api/v1/telemetry/replays/{id}:",
                        "/api/v1/receivers:");
    }

    @Test
    void everyMetricOfTheReferenceIsEmitted() {
        // Given
        RunningService.send(service.post("profile=preview", TestMedia.mpeg2()).build(), BodyHandlers.discarding());

        // When
        String metrics = RunningService.get(service.management("/metrics")).body();

        // Then
        assertThat(metrics)
                .contains(
                        "xg2g_gpu_queue_size{priority=\"0\"",
                        "xg2g_gpu_queue_size{priority=\"2\"",
                        "xg2g_gpu_queue_wait_seconds_bucket{priority=\"1\",le=\"0.1\"",
                        "xg2g_gpu_queue_wait_seconds_bucket{priority=\"1\",le=\"12.8\"",
                        "xg2g_gpu_queue_rejections_total{reason=\"full\"",
                        "xg2g_gpu_queue_rejections_total{reason=\"timeout\"",
                        "xg2g_gpu_queue_rejections_total{reason=\"displaced\"",
                        "xg2g_gpu_queue_rejections_total{reason=\"shutdown\"",
                        "xg2g_gpu_queue_rejections_total{reason=\"cancelled\"",
                        "xg2g_gpu_active_workers",
                        "xg2g_gpu_slot_demand_ratio",
                        "xg2g_transcode_latency_seconds_bucket{encoder=");
    }

    @Test
    void theQueueAndTheDevicesAreServed() {
        JsonObject queue =
                new JsonObject(RunningService.get(service.api("/api/v1/queue")).body());
        assertThat(queue.getInteger("capacity")).isEqualTo(100);
        assertThat(queue.getInteger("slots")).isEqualTo(4);
        assertThat(queue.getJsonArray("devices").getJsonObject(0).getString("id"))
                .isEqualTo("software");
        JsonObject gpu =
                new JsonArray(RunningService.get(service.api("/api/v1/gpus")).body()).getJsonObject(0);
        assertThat(gpu.getString("id")).isEqualTo("software");
        assertThat(gpu.encode()).contains("libx264");
    }
}
