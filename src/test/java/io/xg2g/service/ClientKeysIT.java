package io.xg2g.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import io.xg2g.schedule.Patience;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Test that limits count by identity if there is one, and otherwise by address. */
class ClientKeysIT {
    private static final String ADDRESS = "127.0.0.1";
    private static final String OTHER_ADDRESS = "127.0.0.2";
    private static final String VERA = "xg2g_" + "1".repeat(40);
    private static final String OLAF = "xg2g_" + "2".repeat(40);
    private static final int BURST = 1000;

    /** Number of requests that is not refilled meanwhile at one per second. */
    private static final int REQUESTS = 200;

    @TempDir
    static Path directory;

    private static RunningService service;

    @BeforeAll
    static void start() throws Exception {
        service = RunningService.start(
                Files.createDirectory(directory.resolve("work")),
                Map.of(
                        "xg2g.live.demo", "true",
                        "xg2g.live.max-streams-per-client", "1",
                        "xg2g.rate-limit.enabled", "true",
                        "xg2g.rate-limit.per-ip-rate", "1",
                        "xg2g.rate-limit.per-ip-burst", Integer.toString(BURST),
                        "xg2g.security.tokens.vera.sha256", sha256(VERA),
                        "xg2g.security.tokens.vera.role", "viewer",
                        "xg2g.security.tokens.olaf.sha256", sha256(OLAF),
                        "xg2g.security.tokens.olaf.role", "viewer"));
    }

    @AfterAll
    static void end() {
        if (service != null) {
            service.close();
        }
    }

    @Test
    void clientsAreIdentitiesAndNotAddresses() throws IOException {
        try (HttpSocket here = open(ADDRESS);
                HttpSocket elsewhere = open(OTHER_ADDRESS)) {
            for (int n = 0; n < REQUESTS; n++) {
                change(here, VERA);
            }

            assertThat(change(elsewhere, VERA)).as("left at another address").isLessThan(BURST - REQUESTS / 2);
            assertThat(change(here, OLAF)).as("left of another identity").isGreaterThan(BURST - 10);
        }
    }

    @Test
    void streamsAreLimitedByIdentityAndPlaybacksByAddress() throws IOException {
        try (HttpSocket first = open(ADDRESS);
                HttpSocket second = open(OTHER_ADDRESS);
                HttpSocket third = open(ADDRESS);
                HttpSocket player = open(ADDRESS);
                HttpSocket otherPlayer = open(ADDRESS)) {
            Awaitility.await().atMost(Patience.seconds(60)).until(() -> status(first, VERA) == 200);
            assertThat(status(second, VERA)).as("the same at another address").isEqualTo(503);
            assertThat(status(third, OLAF))
                    .as("another one at the same address")
                    .isEqualTo(200);
            String playback = playback(VERA);
            String otherPlayback = playback(OLAF);

            assertThat(player.ask("GET", playback).status()).isEqualTo(200);
            assertThat(otherPlayer.ask("GET", otherPlayback).status())
                    .as("another playback at the same address")
                    .isEqualTo(503);
        }
    }

    private static HttpSocket open(String from) throws IOException {
        return HttpSocket.open(from, service.api("/").getPort());
    }

    /** Sends a change without an effect; returns the remaining tokens of the client. */
    private static long change(HttpSocket socket, String token) throws IOException {
        HttpSocket.Answer answer =
                socket.ask("DELETE", "/api/v1/list-tokens/0000000000000000", "Authorization: Bearer " + token);
        assertThat(answer.status()).as(answer.error()).isEqualTo(404);
        return Long.parseLong(answer.header("RateLimit").replaceAll(".*r=(\\d+);.*", "$1"));
    }

    private static int status(HttpSocket socket, String token) throws IOException {
        return socket.ask("GET", "/live/demo/stream.ts", "Authorization: Bearer " + token)
                .status();
    }

    /** The path of a stream with a playback token. */
    private static String playback(String token) {
        HttpResponse<String> begun = RunningService.send(
                HttpRequest.newBuilder(service.api("/api/v1/channels/demo/playback?mode=standard"))
                        .header("Authorization", "Bearer " + token)
                        .POST(BodyPublishers.noBody())
                        .build(),
                BodyHandlers.ofString());
        return new JsonObject(begun.body()).getString("ts");
    }

    private static String sha256(String token) throws GeneralSecurityException {
        return HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.US_ASCII)));
    }
}
