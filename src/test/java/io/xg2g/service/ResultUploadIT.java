package io.xg2g.service;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.vertx.core.json.JsonObject;
import io.xg2g.ffmpeg.TestMedia;
import io.xg2g.schedule.Patience;
import io.xg2g.upload.TargetServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Results of transcodes of the packaged program, which is killed between their end and their upload to a real server. */
@ExtendWith(Services.Resolver.class)
class ResultUploadIT {
    @TempDir
    Path directory;

    @Test
    void aResultArrivesAfterAKillAndTheJobSaysWhere() throws Exception {
        aResultArrives(TargetServer.Kind.NGINX);
    }

    @Test
    @Tag("nightly")
    void aResultArrivesInABucketAfterAKill() throws Exception {
        aResultArrives(TargetServer.Kind.S3PROXY);
    }

    private void aResultArrives(TargetServer.Kind kind) throws Exception {
        List<String> callbacks = new CopyOnWriteArrayList<>();
        HttpServer receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        receiver.createContext("/", exchange -> {
            callbacks.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        receiver.start();
        String callback = "http://127.0.0.1:" + receiver.getAddress().getPort() + "/";
        try (TargetServer server = TargetServer.start(kind, directory.resolve("target"))) {
            server.stop();
            String chosen;
            String byId;
            try (RunningService service = start(server)) {
                JobClient client = new JobClient(service);
                HttpRequest synchronous = service.post("profile=480p&upload=true", TestMedia.progressive())
                        .build();
                assertThat(RunningService.send(synchronous, BodyHandlers.ofString())
                                .statusCode())
                        .as("synchronous")
                        .isEqualTo(400);
                assertThat(client.post("&upload=true&upload_path=../x", Map.of())
                                .statusCode())
                        .as("a path that leads elsewhere")
                        .isEqualTo(400);
                chosen = client.accept("&upload=true&upload_path=vod/clip-1&callback=" + callback);
                byId = client.accept("&upload=true");
                awaitUpload(service, chosen, "uploading");
                awaitUpload(service, byId, "uploading");
                service.process().destroyForcibly().onExit().get();
            }
            server.restart();
            try (RunningService service = start(server)) {
                JsonObject job = awaitUpload(service, chosen, "uploaded");
                assertArrived(service, server, job, "vod/clip-1/480p.ts");
                assertArrived(
                        service, server, awaitUpload(service, byId, "uploaded"), "transcodes/" + byId + "/480p.ts");
                assertThat(Ffprobe.decodeErrors(server.files().resolve("vod/clip-1/480p.ts")))
                        .isEmpty();
                assertThat(service.metric("xg2g_upload_results_total", "outcome=\"uploaded\""))
                        .isEqualTo(2);
                Awaitility.await("empty queue")
                        .until(() -> service.metric("xg2g_queue_items", "queue=\"upload-results\"") == 0);
                Awaitility.await("callback").until(() -> !callbacks.isEmpty());
                assertThat(callbacks)
                        .allSatisfy(body -> assertThat(new JsonObject(body)
                                        .getJsonObject("upload")
                                        .getString("state"))
                                .isEqualTo("uploaded"));
            }
        } finally {
            receiver.stop(0);
        }
    }

    @Test
    void withoutATargetUploadsAreRefused(Services services) {
        HttpResponse<String> refused = new JobClient(services.shared(Services.USUAL)).post("&upload=true", Map.of());

        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).contains("xg2g.upload.url");
    }

    private RunningService start(TargetServer server) {
        Map<String, String> configuration = new TreeMap<>(server.configuration());
        configuration.putAll(Map.of(
                "xg2g.transcode.callback.secret",
                "a secret of the test, of 32 characters",
                "xg2g.upload.timeout",
                Patience.setting(10)));
        return RunningService.start(directory.resolve("work"), configuration);
    }

    private static JsonObject awaitUpload(RunningService service, String id, String state) {
        JsonObject[] seen = new JsonObject[1];
        Awaitility.await(id + " " + state).atMost(Patience.seconds(120)).until(() -> {
            seen[0] = new JobClient(service).get(id);
            JsonObject upload = seen[0].getJsonObject("upload");
            return upload != null && upload.getString("state").equals(state);
        });
        return seen[0];
    }

    private static void assertArrived(RunningService service, TargetServer server, JsonObject job, String name)
            throws Exception {
        JsonObject rendition = job.getJsonArray("renditions").getJsonObject(0);
        assertThat(rendition.getString("uploadUrl")).endsWith("/a/b/" + name);
        HttpResponse<byte[]> made = RunningService.send(
                HttpRequest.newBuilder(URI.create(service.api("").toString()).resolve(rendition.getString("url")))
                        .build(),
                BodyHandlers.ofByteArray());
        assertThat(Files.readAllBytes(server.files().resolve(name))).isEqualTo(made.body());
    }
}
