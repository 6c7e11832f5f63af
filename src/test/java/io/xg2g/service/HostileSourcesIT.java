package io.xg2g.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import io.xg2g.schedule.Patience;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Sources that lead to internal addresses. One server on loopback is allowed and redirects; another listens beside it, and
 * must not get a connection.
 */
class HostileSourcesIT {
    private static final int AT_ONCE = 6;
    private static final String PUBLIC = "93.184.216.34";

    @TempDir
    static Path directory;

    private static ConnectionRecorder canary;
    private static RedirectingServer leading;
    private static Path hosts;
    private static RunningService service;

    @BeforeAll
    static void start() throws IOException {
        canary = ConnectionRecorder.listen();
        leading = RedirectingServer.start();
        hosts = hosts(PUBLIC);
        service = RunningService.start(
                directory.resolve("work"),
                Map.of(
                        "xg2g.source.allow",
                        "public,http://127.0.0.1:" + leading.http() + ",rtsp://127.0.0.1:" + leading.rtsp(),
                        "xg2g.live.channels-file",
                        directory.resolve("channels.json").toString(),
                        "xg2g.live.start-timeout",
                        "1s",
                        "jdk.net.hosts.file",
                        hosts.toString(),
                        "sun.net.inetaddr.ttl",
                        "0"));
    }

    /** Addresses of host names; one of them changes. */
    private static Path hosts(String changing) throws IOException {
        return Files.writeString(directory.resolve("hosts"), """
                127.0.0.1 localhost inside.example.org
                ::1 inside6.example.org
                ::ffff:127.0.0.1 mapped.example.org
                169.254.169.254 metadata.example.org
                10.0.0.1 private.example.org
                100.64.0.1 carrier.example.org
                0.0.0.0 zero.example.org
                %1$s mixed.example.org
                127.0.0.1 mixed.example.org
                %2$s changing.example.org
                """.formatted(PUBLIC, changing));
    }

    @TestFactory
    Stream<DynamicTest> anInternalAddressIsRefusedAtOnce() {
        return ForbiddenAddresses.addresses(canary.port())
                .map(address -> DynamicTest.dynamicTest(address, () -> {
                    HttpResponse<String> answer = LiveChannels.add(service, "hostile", address);

                    assertThat(answer.statusCode()).as(answer.body()).isIn(400, 403);
                    assertThat(code(answer))
                            .isEqualTo(ForbiddenAddresses.isUrl(address) ? "source-not-allowed" : "invalid-request");
                    assertThat(answer.body()).doesNotContain("secret");
                }));
    }

    @Test
    void aMalformedAddressIsRefused() {
        for (String url : List.of("udp://@", "http://93.184.216.34/\\ud800x", "http://93.184.216.34/\\u1fef")) {
            HttpResponse<String> answer = LiveChannels.add(service, "{\"id\":\"hostile\",\"url\":\"" + url + "\"}");

            assertThat(answer.statusCode()).as(url + answer.body()).isEqualTo(403);
            assertThat(code(answer)).isEqualTo("source-not-allowed");
        }
    }

    @TestFactory
    Stream<DynamicTest> internalAddressesBehindAnAllowedSourceAreRefused() {
        // A few at once: most of the time each of them waits.
        ExecutorService threads =
                Executors.newFixedThreadPool(AT_ONCE, Thread.ofVirtual().factory());
        Map<String, Future<?>> running = new LinkedHashMap<>();
        leading.sources(canary.port())
                .forEach((id, address) ->
                        running.put(id, threads.submit(() -> assertRefusedOnceItIsWatched(id, address))));
        threads.shutdown();
        return running.entrySet().stream()
                .map(entry -> DynamicTest.dynamicTest(
                        entry.getKey(), () -> entry.getValue().get()));
    }

    @Test
    void aNameThatLaterResolvesToAnInternalAddressIsRefused() throws IOException {
        assertThat(LiveChannels.add(service, "changing", "http://changing.example.org:" + canary.port() + "/")
                        .statusCode())
                .isEqualTo(201);
        hosts("127.0.0.1");

        assertRefusedWhenWatched("changing");
    }

    @AfterAll
    static void theInternalListenerHadNoConnection() {
        try (RunningService ended = service;
                ConnectionRecorder listener = canary;
                RedirectingServer server = leading) {
            assertThat(server.asked()).isPositive();
            assertThat(listener.contacts()).isEmpty();
            assertThat(ended.log()).doesNotContain("secret");
        }
    }

    private static void assertRefusedOnceItIsWatched(String id, String address) {
        HttpResponse<String> added = LiveChannels.add(service, id, address);
        assertThat(added.statusCode()).as(added.body()).isEqualTo(201);
        assertRefusedWhenWatched(id);
        assertThat(LiveChannels.remove(service, id).statusCode()).isEqualTo(204);
    }

    private static void assertRefusedWhenWatched(String id) {
        Awaitility.await(id + " is refused")
                .atMost(Patience.seconds(30))
                .pollInterval(Duration.ofMillis(100))
                .untilAsserted(() -> {
                    HttpResponse<String> player = RunningService.get(service.api("/live/" + id + "/master.m3u8"));
                    HttpResponse<String> stream = RunningService.get(service.api("/api/v1/streams/" + id));
                    assertThat(player.statusCode())
                            .as(player.body() + stream.body())
                            .isEqualTo(403);
                    assertThat(code(player)).isEqualTo("source-not-allowed");
                    assertThat(new JsonObject(stream.body())
                                    .getJsonObject("trouble")
                                    .getString("code"))
                            .isEqualTo("source-not-allowed");
                });
    }

    private static String code(HttpResponse<String> answer) {
        return new JsonObject(answer.body()).getString("code");
    }
}
