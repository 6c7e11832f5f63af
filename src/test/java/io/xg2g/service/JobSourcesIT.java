package io.xg2g.service;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.vertx.core.json.JsonObject;
import io.xg2g.ffmpeg.TestMedia;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Sources that jobs are fetched from, and callbacks when they have ended. */
@ExtendWith(Services.Resolver.class)
class JobSourcesIT {
    private static RunningService service;
    private static JobClient client;

    @TempDir
    Path temp;

    @BeforeAll
    static void start(Services services) {
        service = services.shared(Services.USUAL);
        client = new JobClient(service);
    }

    @Test
    void aSourceIsFetchedAndItsFailureIsRetriedByHand() throws Exception {
        Path clip = Files.copy(TestMedia.progressive(), temp.resolve("clip.ts"));
        try (FileServer files = FileServer.of(temp)) {
            // Given
            assertThat(JobClient.code(client.postSource("http://169.254.169.254/latest")))
                    .isEqualTo("source-not-allowed");
            assertThat(JobClient.code(client.postSource("file:///etc/passwd"))).isEqualTo("invalid-request");

            // When
            String id = JobClient.accepted(client.postSource(files.at("/moved/clip.ts")));
            String missing = JobClient.accepted(client.postSource(files.at("/later.ts")));

            // Then
            client.assertDecodes(client.awaitState(id, "completed"), temp);
            JsonObject failed = client.awaitState(missing, "failed");
            assertThat(failed.getJsonObject("problem").getString("detail")).contains("404");
            assertThat(client.ids("failed")).contains(missing).doesNotContain(id);
            assertThat(client.retry(id).statusCode()).isEqualTo(409);

            // And when it is there
            Files.move(clip, temp.resolve("later.ts"));
            assertThat(client.retry(missing).statusCode()).isEqualTo(202);
            client.assertDecodes(client.awaitState(missing, "completed"), temp);
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
        try {
            String id = client.accept(
                    "&callback=http://127.0.0.1:" + server.getAddress().getPort() + "/done");

            JobClient.await("third attempt").until(() -> received.size() == 3);
            JobClient.await("it is not repeated")
                    .until(() -> service.metric("xg2g_queue_items", "queue=\"callbacks\"") == 0);
            assertThat(received).hasSize(3).allSatisfy(one -> {
                assertThat(one.job()).isEqualTo(id);
                assertThat(one.isGenuine()).isTrue();
                JsonObject body = new JsonObject(one.body());
                assertThat(body.getString("state")).isEqualTo("completed");
                assertThat(body.getJsonArray("renditions").getJsonObject(0).getString("url"))
                        .isEqualTo(service.api(JobClient.PATH + "/" + id + "/renditions/480p")
                                .toString());
            });
            assertThat(JobClient.code(client.post("&callback=http://10.0.0.1/", Map.of())))
                    .isEqualTo("source-not-allowed");
        } finally {
            server.stop(0);
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
                mac.init(new SecretKeySpec(Services.CALLBACK_SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
                byte[] own = mac.doFinal((time + "." + body).getBytes(StandardCharsets.UTF_8));
                return signature.equals("t=" + time + ",v1=" + HexFormat.of().formatHex(own));
            } catch (GeneralSecurityException impossible) {
                throw new AssertionError(impossible);
            }
        }
    }
}
