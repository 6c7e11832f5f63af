package io.xg2g.service;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import io.vertx.core.json.JsonObject;
import io.xg2g.camera.CameraPicture;
import io.xg2g.schedule.Patience;
import io.xg2g.source.DigestServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Cameras over HTTP that offer Digest authentication only, with the running program. */
class CameraDigestIT {
    private static final int CAMERA = 3;
    private static final String PASSWORD = "s3cr:et";

    @TempDir
    Path directory;

    @Test
    void aCameraIsLoggedInToAndAWrongPasswordIsSentOnce() throws Exception {
        try (DigestServer right = new DigestServer("SHA-256", true, CameraDigestIT::images);
                DigestServer wrong = new DigestServer("MD5", true, CameraDigestIT::images);
                RunningService service = RunningService.start(
                        directory.resolve("work"),
                        Map.of(
                                "xg2g.cameras.door.url",
                                right.url("", "/video.mjpg?a=b").toString(),
                                "xg2g.cameras.door.username",
                                "admin",
                                "xg2g.cameras.door.password",
                                PASSWORD,
                                "xg2g.cameras.gate.url",
                                wrong.url("", "/video.mjpg").toString(),
                                "xg2g.cameras.gate.username",
                                "admin",
                                "xg2g.cameras.gate.password",
                                "wrong"))) {
            awaitState(service, "door", "live");
            awaitState(service, "gate", "unauthorized");

            HttpResponse<byte[]> frame = RunningService.send(
                    HttpRequest.newBuilder(service.api("/api/v1/cameras/door/frame.jpg"))
                            .build(),
                    BodyHandlers.ofByteArray());
            assertThat(CameraPicture.read(frame.body()).camera()).isEqualTo(CAMERA);
            assertThat(right.refused).isEmpty();

            long sequence = sequence(service);
            Awaitility.await().atMost(Patience.seconds(60)).until(() -> sequence(service) > sequence + 30);
            assertThat(wrong.refused).hasSize(1);
            assertThat(service.log()).doesNotContain(PASSWORD);
            assertThat(service.encoders())
                    .noneMatch(child -> child.info()
                            .commandLine()
                            .orElse("")
                            .contains(right.url("", "").getAuthority()));
        }
    }

    /** Sends the images of a camera until the client leaves. */
    private static void images(HttpExchange exchange) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "multipart/x-mixed-replace; boundary=frame");
        exchange.sendResponseHeaders(200, 0);
        try (OutputStream out = exchange.getResponseBody()) {
            for (int number = 1; ; number++) {
                byte[] jpeg = CameraPicture.jpeg(CAMERA, number & 0xffff, CameraPicture.WIDTH, CameraPicture.HEIGHT);
                String head = "--frame\r\nContent-Type: image/jpeg\r\nContent-Length: " + jpeg.length + "\r\n\r\n";
                out.write(head.getBytes(StandardCharsets.US_ASCII));
                out.write(jpeg);
                out.write("\r\n".getBytes(StandardCharsets.US_ASCII));
                out.flush();
                Thread.sleep(100);
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    private static JsonObject camera(RunningService service, String id) {
        return new JsonObject(
                RunningService.get(service.api("/api/v1/cameras/" + id)).body());
    }

    private static long sequence(RunningService service) {
        return camera(service, "door").getJsonObject("latest").getLong("sequence");
    }

    private static void awaitState(RunningService service, String id, String state) {
        Awaitility.await(id + " is " + state)
                .atMost(Patience.seconds(60))
                .until(() -> camera(service, id).getString("state"), state::equals);
    }
}
