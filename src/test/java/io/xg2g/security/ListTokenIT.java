package io.xg2g.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.xg2g.channel.PlaybackMode;
import io.xg2g.http.FreePort;
import io.xg2g.schedule.Patience;
import io.xg2g.service.RunningService;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Lists for players that send no headers, with authentication: VLC, mpv and ffmpeg play from them. The service was
 * restarted after the lists were fetched, with the key generated at its first start.
 */
class ListTokenIT {
    private static final String VIEWER = "xg2g_" + "v".repeat(40);
    private static final String GUEST = "xg2g_" + "g".repeat(40);
    private static final String ADMIN = "xg2g_" + "a".repeat(40);

    private static final Duration PATIENCE = Patience.seconds(120);
    private static final Duration WINDOW = Duration.ofMinutes(20);
    private static final Duration LONGEST = Duration.ofHours(12);
    private static final Pattern ENTRY = Pattern.compile("http\\S+/live/demo/\\S+");
    private static final Pattern TOKEN = Pattern.compile("(?<=token=)[^&\\s\"]+");
    private static final Pattern MEDIA = Pattern.compile("source/media\\.m3u8\\?token=\\S+");

    @TempDir
    static Path directory;

    private static Path tokenFile;
    private static RunningService service;
    private static JsonObject listToken;
    private static final Map<String, String> LISTS = new TreeMap<>();

    @BeforeAll
    static void startAndFetchTheListsAndStartAgain() throws IOException {
        // VLC does not run as root and needs access to this directory.
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
        tokenFile = directory.resolve("tokens.properties");
        writeTokens(VIEWER, GUEST, ADMIN);
        Map<String, String> configuration = Map.of(
                "quarkus.management.port",
                Integer.toString(FreePort.any()),
                "quarkus.http.port",
                Integer.toString(FreePort.any()),
                "xg2g.live.demo",
                "true",
                "xg2g.live.window",
                WINDOW.toSeconds() + "s",
                "xg2g.data-dir",
                directory.resolve("data").toString(),
                "xg2g.security.token-file",
                tokenFile.toString(),
                "xg2g.security.playback.lifetime",
                "10s");
        Path work = Files.createDirectory(directory.resolve("work"));
        service = RunningService.start(work, configuration);
        listToken = create(VIEWER, "Living room");
        for (String mode : List.of("standard", "hls")) {
            LISTS.put("list-token-" + mode, body(URI.create(listToken.getString("m3u") + "&mode=" + mode), null));
            LISTS.put("password-" + mode, aged(body(service.api("/channels.m3u?mode=" + mode), basic(VIEWER)), mode));
        }
        service.close();
        service = RunningService.start(work, configuration);
    }

    @AfterAll
    static void end() throws IOException {
        if (service != null) {
            Files.writeString(Path.of("target", "list-token.log"), service.log());
            service.close();
        }
    }

    /** The list as fetched ten minutes earlier, with the tokens of that time. */
    private static String aged(String list, String mode) throws IOException {
        PlaybackMode played = PlaybackMode.findTransportStream(mode).orElse(PlaybackMode.ADAPTIVE);
        PlaybackToken old = asOf(Instant.now().minus(Duration.ofMinutes(10)))
                .listed("demo", played, "127.0.0.1", CredentialId.ofApiToken("tv"));
        assertThat(list).containsPattern(TOKEN);
        return TOKEN.matcher(list).replaceAll(Matcher.quoteReplacement(old.text()));
    }

    /** Tokens issued at another time. */
    private static Playbacks asOf(Instant time) throws IOException {
        String key = Files.readString(directory.resolve("data").resolve(PlaybackKeyFile.NAME));
        PlaybackConfig defaults =
                new PlaybacksTest.Configured(Duration.ofMinutes(5), LONGEST, Duration.ofHours(48), Optional.empty());
        return new Playbacks(PlaybackSettings.of(defaults, WINDOW, () -> PlaybackKey.of(key)), () -> time, _ -> true);
    }

    @ParameterizedTest
    @ValueSource(strings = {"list-token-hls", "password-standard"})
    void playersPlayFromAListFetchedTenMinutesEarlierAndBeforeARestart(String name) throws IOException {
        Path list = Files.writeString(directory.resolve(name + ".m3u"), LISTS.get(name));
        Files.setPosixFilePermissions(list, PosixFilePermissions.fromString("rw-r--r--"));
        Matcher entry = ENTRY.matcher(LISTS.get(name));
        assertThat(entry.find()).isTrue();

        ExternalPlayers.assertPlayed(directory.resolve(name), list.toString(), entry.group());
    }

    @ParameterizedTest
    @ValueSource(strings = {"list-token-standard", "password-hls"})
    @Tag("nightly")
    void playersPlayFromTheOtherListsToo(String name) throws IOException {
        playersPlayFromAListFetchedTenMinutesEarlierAndBeforeARestart(name);
    }

    /** A player that was paused until the last second of its validity, and then for the live window. */
    @Test
    void playersContinueAfterAPauseOfTheLiveWindow() throws IOException {
        URI master = URI.create(LISTS.get("list-token-hls").lines().toList().getLast());
        Matcher media = MEDIA.matcher(body(master, null));
        assertThat(media.find()).isTrue();
        Instant begun = Instant.now().minus(LONGEST).minus(WINDOW).plus(PATIENCE.multipliedBy(2));
        String token = asOf(begun)
                .begin("demo", "127.0.0.1", CredentialId.ofHex(listToken.getString("id")))
                .text();

        String address = TOKEN.matcher(master.resolve(media.group()).toString()).replaceAll(token);

        ExternalPlayers.assertPlayed(directory.resolve("pause"), address, address);
    }

    @Test
    void aRevokedListTokenEndsAtOnceWithItsPlaybacks() throws Exception {
        JsonObject token = create(GUEST, "Guest room");
        URI list = URI.create(token.getString("m3u"));
        URI master = URI.create(
                body(URI.create(list + "&mode=hls"), null).lines().toList().getLast());
        Matcher media = MEDIA.matcher(body(master, null));
        assertThat(media.find()).isTrue();
        URI playlist = master.resolve(media.group());
        body(playlist, null);
        CompletableFuture<Void> stream =
                read(URI.create(body(list, null).lines().toList().getLast()), null);
        URI own = service.api("/api/v1/list-tokens/" + token.getString("id"));
        assertThat(send("DELETE", own, VIEWER).statusCode())
                .as("somebody else's")
                .isEqualTo(404);
        assertThat(stream).isNotDone();

        assertThat(send("DELETE", own, GUEST).statusCode()).isEqualTo(204);

        for (URI uri : List.of(list, master, playlist)) {
            SecurityIT.assertRefused(RunningService.get(uri), 401, "unauthenticated");
        }
        stream.get(Patience.seconds(30).toSeconds(), TimeUnit.SECONDS);
        assertThat(RunningService.get(URI.create(listToken.getString("m3u"))).statusCode())
                .as("another one is as good as before")
                .isEqualTo(200);
    }

    @Test
    void listTokensOfAnApiTokenEndWithIt() throws Exception {
        URI list = URI.create(create(GUEST, "Attic").getString("m3u"));
        CompletableFuture<Void> stream = read(service.api("/live/demo/stream.ts"), basic(GUEST));
        try {
            writeTokens(VIEWER, "xg2g_" + "0".repeat(40), ADMIN);
            Awaitility.await().atMost(PATIENCE).until(() -> send("GET", "/api/v1/channels", GUEST) == 401);
            assertThat(RunningService.get(list).statusCode())
                    .as("the name is still configured")
                    .isEqualTo(200);
            assertThat(stream).isNotDone();

            Files.writeString(tokenFile, Files.readString(tokenFile).replace("guest.", "other."));

            stream.get(Patience.seconds(30).toSeconds(), TimeUnit.SECONDS);
            assertThat(RunningService.get(list).statusCode()).isEqualTo(401);
        } finally {
            writeTokens(VIEWER, GUEST, ADMIN);
            Awaitility.await().atMost(PATIENCE).until(() -> send("GET", "/api/v1/channels", GUEST) == 200);
        }
    }

    @Test
    void aListTokenPermitsListingAndPlayingOnly() {
        String query = "?token=" + listToken.getString("token");
        assertThat(RunningService.get(service.api("/channels.m3u" + query)).statusCode())
                .isEqualTo(200);
        for (String path :
                List.of("/api/v1/channels", "/api/v1/list-tokens", "/api/v1/streams", "/channels.m3u/", "/nothing")) {
            SecurityIT.assertRefused(RunningService.get(service.api(path + query)), 401, "unauthenticated");
        }
        for (String path : List.of("/api/v1/channels/demo/playback", "/api/v1/list-tokens", "/live/demo/stream.ts")) {
            HttpRequest post = HttpRequest.newBuilder(service.api(path + query))
                    .POST(BodyPublishers.noBody())
                    .build();
            SecurityIT.assertRefused(RunningService.send(post, BodyHandlers.ofString()), 401, "unauthenticated");
        }
        assertThat(send("GET", "/channels.m3u", listToken.getString("token")))
                .as("it is no bearer token")
                .isEqualTo(401);
    }

    @Test
    void basicAuthenticationIsAcceptedOnPlayerPathsOnly() {
        assertThat(challenges("/channels.m3u", null))
                .containsExactly("Bearer", "Basic realm=\"xg2g-gpu\", charset=\"UTF-8\"");
        assertThat(challenges("/live/demo/stream.ts", basic("xg2g_wrong"))).hasSize(2);
        assertThat(challenges("/live/demo/stream.ts?token=wrong", null)).hasSize(1);
        assertThat(challenges("/api/v1/channels", null)).hasSize(1);
        assertThat(challenges("/api/v1/channels", basic(VIEWER)))
                .as("a browser would send it for other sites too")
                .hasSize(1);
        assertThat(challenges("/channels.m3u", "Basic ????")).hasSize(2);
    }

    @Test
    void usersListTheirOwnTokensAndAdministratorsAllWithoutSecrets() {
        JsonObject mine = create(GUEST, "  Kitchen ");
        assertThat(mine.getString("owner")).isEqualTo("token:guest");
        assertThat(mine.getString("name")).isEqualTo("Kitchen");
        assertThat(ids(GUEST)).contains(mine.getString("id")).doesNotContain(listToken.getString("id"));
        assertThat(ids(ADMIN)).contains(mine.getString("id"), listToken.getString("id"));
        assertThat(send("GET", service.api("/api/v1/list-tokens"), ADMIN).body())
                .doesNotContain(mine.getString("token"))
                .doesNotContain("sha256");
        assertThat(send("DELETE", "/api/v1/list-tokens/" + mine.getString("id"), ADMIN))
                .isEqualTo(204);

        for (String bad : List.of(
                "",
                "{}",
                "{\"name\":\" \"}",
                "{\"name\":\"a\\u0000\"}",
                "{\"name\":\"" + "x".repeat(65) + "\"}",
                "{\"name\":\"x\",\"expiresAt\":\"2001-01-01T00:00:00Z\"}",
                "{\"name\":\"x\",\"expiresAt\":1900000000000}",
                "{\"name\":\"x\",\"expiresAt\":\"soon\"}")) {
            assertThat(post(GUEST, bad).statusCode()).as(bad).isEqualTo(400);
        }
    }

    @Test
    void theAuditLogHasCreationAndRevocationWithoutTheToken() {
        JsonObject token = create(GUEST, "Audited");
        String path = "/api/v1/list-tokens/" + token.getString("id");
        RunningService.get(URI.create(token.getString("m3u")));
        send("DELETE", path, GUEST);
        RunningService.get(URI.create(token.getString("m3u")));

        Awaitility.await()
                .untilAsserted(() -> assertThat(service.log())
                        .contains("outcome=allowed status=201 who=token:guest client=127.0.0.1 method=POST"
                                + " path=/api/v1/list-tokens stream=- playback=- created=" + path)
                        .contains("outcome=allowed status=204 who=token:guest client=127.0.0.1 method=DELETE path="
                                + path)
                        .contains("outcome=refused status=401 who=anonymous client=127.0.0.1 method=GET"
                                + " path=/channels.m3u"));
        assertThat(service.log()).doesNotContain(token.getString("token")).doesNotContain(GUEST);
    }

    /** Replaces the file atomically. */
    private static void writeTokens(String viewer, String guest, String admin) throws IOException {
        StringBuilder lines = new StringBuilder();
        Map.of("tv", viewer, "guest", guest, "root", admin)
                .forEach((name, token) -> lines.append(name)
                        .append(".sha256=")
                        .append(ApiTokensTest.sha256(token))
                        .append('\n')
                        .append(name)
                        .append(name.equals("root") ? ".role=admin\n" : ".role=viewer\n"));
        Path fresh = Files.writeString(directory.resolve("tokens.new"), lines);
        Files.move(fresh, tokenFile, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static JsonObject create(String owner, String name) {
        HttpResponse<String> answer =
                post(owner, new JsonObject().put("name", name).encode());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        assertThat(answer.headers().firstValue("Cache-Control")).contains("no-store");
        JsonObject created = new JsonObject(answer.body());
        assertThat(answer.headers().firstValue("Location").orElse(""))
                .endsWith("/api/v1/list-tokens/" + created.getString("id"));
        return created;
    }

    private static HttpResponse<String> post(String token, String body) {
        return RunningService.send(
                HttpRequest.newBuilder(service.api("/api/v1/list-tokens"))
                        .header("Authorization", "Bearer " + token)
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
    }

    private static List<String> ids(String token) {
        return new JsonArray(
                        send("GET", service.api("/api/v1/list-tokens"), token).body())
                .stream().map(view -> ((JsonObject) view).getString("id")).toList();
    }

    private static int send(String method, String path, String token) {
        return send(method, service.api(path), token).statusCode();
    }

    private static HttpResponse<String> send(String method, URI uri, String token) {
        return RunningService.send(
                HttpRequest.newBuilder(uri)
                        .header("Authorization", "Bearer " + token)
                        .method(method, BodyPublishers.noBody())
                        .build(),
                BodyHandlers.ofString());
    }

    private static String basic(String token) {
        return "Basic " + Base64.getEncoder().encodeToString(("tv:" + token).getBytes(StandardCharsets.UTF_8));
    }

    private static HttpRequest get(URI uri, String authorization) {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri);
        return (authorization == null ? request : request.header("Authorization", authorization)).build();
    }

    /** Waits for a channel that starts. */
    private static String body(URI uri, String authorization) {
        return Awaitility.await()
                .atMost(PATIENCE)
                .until(
                        () -> RunningService.send(get(uri, authorization), BodyHandlers.ofString()),
                        answer -> answer.statusCode() != 503)
                .body();
    }

    private static List<String> challenges(String path, String authorization) {
        HttpResponse<String> answer =
                RunningService.send(get(service.api(path), authorization), BodyHandlers.ofString());
        SecurityIT.assertRefused(answer, 401, "unauthenticated");
        return answer.headers().allValues("WWW-Authenticate");
    }

    /** Reads a continuous stream until it ends or is aborted. */
    private static CompletableFuture<Void> read(URI uri, String authorization) throws IOException {
        HttpResponse<InputStream> answer = RunningService.send(get(uri, authorization), BodyHandlers.ofInputStream());
        assertThat(answer.statusCode()).isEqualTo(200);
        InputStream body = answer.body();
        assertThat(body.readNBytes(188)).startsWith(0x47);
        return CompletableFuture.runAsync(() -> {
            try (body) {
                body.transferTo(OutputStream.nullOutputStream());
            } catch (IOException _) {
                // Aborted.
            }
        });
    }
}
