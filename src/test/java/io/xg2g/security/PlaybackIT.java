package io.xg2g.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import io.xg2g.schedule.Patience;
import io.xg2g.service.RunningService;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** API tokens and playback tokens, without a provider. */
class PlaybackIT {
    private static final String VIEWER = "xg2g_" + "v".repeat(40);
    private static final String OPERATOR = "xg2g_" + "o".repeat(40);

    /** The minimum lifetime. */
    private static final int LIFETIME = 10;

    /** A published segment: a slow machine has gaps. */
    private static final Pattern SEGMENT =
            Pattern.compile("(?<!#EXT-X-GAP\\n#EXTINF:[^\\n]{1,20}\\n)(?<=\\n)\\S+\\.m4s\\?token=\\S+");

    private static final Pattern LOCATION = Pattern.compile(
            "<Location>(?<address>manifest\\.mpd\\?start=(?<start>\\d+)&amp;periods=[^&]+&amp;(?<query>token=[^<]+))</Location>");
    private static final Pattern INIT = Pattern.compile("init-\\d+\\.mp4\\?token=[^\"]+");
    /** URL in the rung that is never dropped. */
    private static final Pattern MEDIA = Pattern.compile("source/media\\.m3u8\\?token=\\S+");

    @TempDir
    static Path directory;

    private static Path tokenFile;
    private static RunningService service;

    @BeforeAll
    static void start() throws IOException {
        tokenFile = directory.resolve("tokens.properties");
        writeTokens("tv", VIEWER, "viewer");
        service = RunningService.start(
                Files.createDirectory(directory.resolve("work")),
                Map.of(
                        "xg2g.live.demo",
                        "true",
                        "xg2g.live.channels-file",
                        directory.resolve("channels.json").toString(),
                        "xg2g.security.token-file",
                        tokenFile.toString(),
                        "xg2g.security.tokens.cron.sha256",
                        ApiTokensTest.sha256(OPERATOR),
                        "xg2g.security.tokens.cron.role",
                        "operator",
                        "xg2g.security.playback.lifetime",
                        LIFETIME + "s"));
    }

    @AfterAll
    static void end() throws IOException {
        if (service != null) {
            Files.writeString(Path.of("target", "playback.log"), service.log());
            service.close();
        }
    }

    /** Replaces the file atomically. */
    private static void writeTokens(String name, String token, String role) throws IOException {
        Path fresh = directory.resolve("tokens.new");
        Files.writeString(
                fresh, name + ".sha256=" + ApiTokensTest.sha256(token) + "\n" + name + ".role=" + role + "\n");
        Files.move(fresh, tokenFile, StandardCopyOption.ATOMIC_MOVE);
    }

    @Test
    void aTokenThatIsNoneOfThisServiceIsNamedAsSuch() {
        HttpResponse<String> refused = RunningService.send(
                HttpRequest.newBuilder(service.api("/api/v1/channels"))
                        .header("Authorization", "Bearer nonsense")
                        .build(),
                BodyHandlers.ofString());

        SecurityIT.assertRefused(refused, 401, "unauthenticated");
        assertThat(refused.body()).contains("begins with xg2g_");
    }

    @Test
    void hlsIsFetchedWithTheUrlAlone() {
        URI master = begin("adaptive", "hls");
        URI media = link(master, MEDIA, text(master));

        String playlist = text(media);

        assertThat(fetch(link(media, INIT, playlist)).statusCode()).isEqualTo(200);
        HttpResponse<byte[]> segment = fetch(link(media, SEGMENT, playlist));
        assertThat(segment.statusCode()).isEqualTo(200);
        assertThat(segment.headers().firstValue("Cache-Control").orElse("")).startsWith("private");
        assertThat(fetch(URI.create(master.toString().replace("master.m3u8", "preview.jpg")))
                        .statusCode())
                .isIn(200, 404);
    }

    @Test
    void dashIsFetchedWithTheUrlAlone() {
        URI address = begin("adaptive", "dash");

        String manifest = text(address);

        Matcher location = LOCATION.matcher(manifest);
        assertThat(location.find()).isTrue();
        String token = location.group("query");
        assertThat(token).as("the client's own").isNotEqualTo(address.getQuery());
        assertThat(manifest)
                .contains("media=\"$RepresentationID$/$Time$.m4s?" + token + "\"")
                .containsPattern(
                        "initialization=\"\\$RepresentationID\\$/init-\\d+\\.mp4\\?" + Pattern.quote(token) + "\"");
        // It leads to the same addresses; a period may have begun meanwhile.
        Matcher next =
                LOCATION.matcher(text(address.resolve(location.group("address").replace("&amp;", "&"))));
        assertThat(next.find()).isTrue();
        assertThat(next.group("start")).isEqualTo(location.group("start"));
        assertThat(next.group("query")).isEqualTo(token);
    }

    /** Players that send a header start with the plain URL; the following URLs have tokens. */
    @Test
    void aPlaylistForAnIdentityHasUrlsWithTokens() {
        URI master = service.api("/live/demo/master.m3u8");
        HttpResponse<String> playlist = RunningService.send(
                HttpRequest.newBuilder(master)
                        .header("Authorization", "Bearer " + VIEWER)
                        .build(),
                BodyHandlers.ofString());

        URI media = link(master, MEDIA, playlist.body());

        assertThat(fetch(link(media, SEGMENT, text(media))).statusCode()).isEqualTo(200);
    }

    @Test
    void urlsStayValidForTheirPlayerAndExpireForOtherClients() {
        URI master = begin("adaptive", "hls");
        URI media = link(master, MEDIA, text(master));
        URI segment = link(media, SEGMENT, text(media));
        InetAddress elsewhere = InetAddress.ofLiteral("127.0.0.2");

        assertThat(fetchFrom(elsewhere, media))
                .as("what another client has opened")
                .isEqualTo(401);
        assertThat(fetchFrom(elsewhere, segment)).isEqualTo(401);
        Awaitility.await("the end of the lifetime")
                .atMost(Patience.seconds(6L * LIFETIME))
                .pollInterval(Duration.ofSeconds(1))
                .until(() -> fetchFrom(elsewhere, master) == 401);

        assertThat(fetch(link(media, SEGMENT, text(media))).statusCode()).isEqualTo(200);
        assertThat(link(master, MEDIA, text(master)).getPath()).isEqualTo(media.getPath());
        assertThat(fetchFrom(elsewhere, link(media, SEGMENT, text(media)))).isEqualTo(401);
    }

    @Test
    void aTokenIsValidForItsChannelAndModeOnly() throws IOException {
        String stream = begin("standard", "ts").toString();
        for (String other : List.of(
                stream.replace("mode=standard", "mode=gpu"),
                stream.replace("mode=standard", "mode=standard&mode=gpu"),
                stream.replace("stream.ts", "master.m3u8"),
                stream.replace("stream.ts", "audio.aac"),
                stream.replace("stream.ts", "stream.ts/"),
                stream.replace("/demo/", "/other/"),
                stream.replace("/live/demo/stream.ts", "/api/v1/channels"),
                stream.replace("/live/demo/stream.ts", "/channels.m3u"),
                stream.replace("token=", "token=A"),
                stream.replace("token=", "other="))) {
            SecurityIT.assertRefused(RunningService.get(URI.create(other)), 401, "unauthenticated");
        }

        HttpResponse<InputStream> body =
                RunningService.send(HttpRequest.newBuilder(URI.create(stream)).build(), BodyHandlers.ofInputStream());
        try (InputStream packets = body.body()) {
            assertThat(body.statusCode()).isEqualTo(200);
            assertThat(packets.readNBytes(188)).startsWith(0x47);
        }
    }

    @Test
    void theM3uHasUrlsWithTokens() {
        HttpResponse<String> list = RunningService.send(
                HttpRequest.newBuilder(service.api("/channels.m3u?mode=hls"))
                        .header("Authorization", "Bearer " + VIEWER)
                        .build(),
                BodyHandlers.ofString());

        URI master =
                link(service.api("/"), Pattern.compile("http\\S+/live/demo/master\\.m3u8\\?token=\\S+"), list.body());

        assertThat(text(master)).startsWith("#EXTM3U");
    }

    @Test
    void aTokenInTheFileIsReplacedWithoutARestart() throws IOException {
        String fresh = "xg2g_" + "f".repeat(40);
        assertThat(channels(VIEWER)).isEqualTo(200);
        assertThat(channels(fresh)).isEqualTo(401);
        try {
            writeTokens("tv", fresh, "viewer");
            Awaitility.await().atMost(Patience.seconds(30)).until(() -> channels(VIEWER) == 401);
            assertThat(channels(fresh)).isEqualTo(200);
            assertThat(channels(OPERATOR)).isEqualTo(200);

            // An invalid file changes nothing.
            Files.writeString(tokenFile, "tv.sha256=nonsense\n");
            Awaitility.await().until(() -> service.log().contains("API tokens unchanged"));
            assertThat(channels(fresh)).isEqualTo(200);
        } finally {
            writeTokens("tv", VIEWER, "viewer");
            Awaitility.await().atMost(Patience.seconds(30)).until(() -> channels(VIEWER) == 200);
        }
    }

    @Test
    void noLogHasATokenAndTheAuditLogHasThePlayback() {
        URI hls = begin("adaptive", "hls");
        text(hls);
        RunningService.get(URI.create(hls.toString().replace("token=", "token=x")));

        Awaitility.await()
                .untilAsserted(() -> assertThat(service.log())
                        .containsPattern("outcome=allowed status=200 who=token:tv client=127.0.0.1 method=POST"
                                + " path=/api/v1/channels/demo/playback stream=demo playback=[0-9a-f]{24}")
                        .contains("outcome=refused status=401 who=anonymous client=127.0.0.1 method=GET"
                                + " path=/live/demo/master.m3u8 stream=demo playback=-"));
        assertThat(service.log())
                .doesNotContain("token=")
                .doesNotContain(hls.getQuery().substring("token=".length()))
                .doesNotContain(VIEWER)
                .doesNotContain(OPERATOR);
    }

    @Test
    void withoutIdentitiesTheWildcardAddressFailsTheStart() throws Exception {
        Path work = Files.createDirectory(directory.resolve("exposed"));
        try (RunningService exposed = RunningService.launch(work, Map.of("quarkus.http.host", "0.0.0.0"))) {
            assertThat(exposed.process().waitFor(Patience.seconds(60).toSeconds(), TimeUnit.SECONDS))
                    .isTrue();
            assertThat(exposed.process().exitValue()).isNotZero();
            Awaitility.await()
                    .untilAsserted(() -> assertThat(exposed.log())
                            .contains("quarkus.http.host is 0.0.0.0, but no identities are configured")
                            .doesNotContain("Listening on"));
        }
    }

    /** URL of a new playback of the demo. */
    private static URI begin(String mode, String kind) {
        HttpRequest request = HttpRequest.newBuilder(service.api("/api/v1/channels/demo/playback?mode=" + mode))
                .header("Authorization", "Bearer " + VIEWER)
                .POST(BodyPublishers.noBody())
                .build();
        HttpResponse<String> answer = RunningService.send(request, BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return service.api(new JsonObject(answer.body()).getString(kind));
    }

    /** The last segment, since earlier ones may leave the window. */
    private static URI link(URI from, Pattern pattern, String text) {
        String last = pattern.matcher(text)
                .results()
                .map(MatchResult::group)
                .reduce((_, next) -> next)
                .orElseThrow(() -> new AssertionError("no " + pattern + " in " + text));
        return from.resolve(last);
    }

    private static String text(URI uri) {
        HttpResponse<String> answer = RunningService.get(uri);
        assertThat(answer.statusCode()).as(uri + ": " + answer.body()).isEqualTo(200);
        return answer.body();
    }

    private static HttpResponse<byte[]> fetch(URI uri) {
        return RunningService.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofByteArray());
    }

    private static int channels(String token) {
        HttpRequest request = HttpRequest.newBuilder(service.api("/api/v1/channels"))
                .header("Authorization", "Bearer " + token)
                .build();
        return RunningService.send(request, BodyHandlers.discarding()).statusCode();
    }

    private static int fetchFrom(InetAddress client, URI uri) {
        try (HttpClient http = HttpClient.newBuilder().localAddress(client).build()) {
            return http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.discarding())
                    .statusCode();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
