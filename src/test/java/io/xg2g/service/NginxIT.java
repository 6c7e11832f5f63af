package io.xg2g.service;

import static io.xg2g.service.ProxiedClient.ok;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import io.xg2g.ffmpeg.TestMedia;
import io.xg2g.http.FreePort;
import io.xg2g.schedule.Patience;
import io.xg2g.telemetry.DcgmCsv;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Test that every URL of the service works unchanged through a proxy with TLS, a path and another port. */
class NginxIT {
    private static final String OPERATOR = "xg2g_" + "o".repeat(40);

    /** Configuration of the proxy and the service. */
    enum Setup {
        X_FORWARDED("""
                proxy_set_header X-Forwarded-For $remote_addr;
                proxy_set_header X-Forwarded-Proto $scheme;
                proxy_set_header X-Forwarded-Host $http_host;
                proxy_set_header X-Forwarded-Port $server_port;
                proxy_set_header X-Forwarded-Prefix /xg2g;
                """, Map.of("xg2g.http.trusted-proxies", "127.0.0.1"), true),
        FORWARDED(
                """
                proxy_set_header Forwarded 'for=$remote_addr;proto=$scheme;host="$http_host"';
                proxy_set_header X-Forwarded-Prefix /xg2g;
                """,
                Map.of("xg2g.http.trusted-proxies", "127.0.0.1", "xg2g.http.forwarded-header", "forwarded"),
                false),
        /** A proxy without forwarding headers, in front of a service with a configured public URL. */
        CONFIGURED("", Map.of(), false);

        private final String directives;
        private final Map<String, String> configuration;
        private final boolean identities;

        Setup(String directives, Map<String, String> configuration, boolean identities) {
            this.directives = directives;
            this.configuration = configuration;
            this.identities = identities;
        }
    }

    private static final Pattern LINK = Pattern.compile("(?:src|href)=\"([^\"]+)\"");
    private static final Pattern IN_PLAYLIST = Pattern.compile("(?m)^([^#\\n].*)$|URI=\"([^\"]+)\"");

    @TempDir
    static Path directory;

    private static Certificate certificate;

    @BeforeAll
    static void makeCertificate() throws Exception {
        certificate = Certificate.make(directory);
    }

    @Test
    void everyUrlWorksThroughTheProxyAndNoneHasInternalHosts(@TempDir Path own) throws IOException {
        assertUrlsWork(Setup.X_FORWARDED, own);
    }

    @ParameterizedTest
    @Tag("nightly")
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "X_FORWARDED")
    void everyUrlWorksThroughOtherProxies(Setup setup, @TempDir Path own) throws IOException {
        assertUrlsWork(setup, own);
    }

    private static void assertUrlsWork(Setup setup, Path own) throws IOException {
        int port = FreePort.any();
        URI base = Nginx.base(port);
        try (RunningService service = start(own, setup, base);
                Nginx _ = Nginx.start(port, own, certificate, service, setup.directives);
                ProxiedClient client = new ProxiedClient(
                        certificate,
                        base,
                        service.api(""),
                        setup.identities ? Optional.of(OPERATOR) : Optional.empty())) {
            thePage(client, base);
            theDescription(client, base);
            channels(client, base);
            playbacks(client, base, setup.identities);
            lists(client, base);
            transcodes(client, base);
            telemetry(client, base);
            problems(client, base);
        }
    }

    @Test
    @Tag("nightly")
    void thePagePlaysThroughTheProxy(@TempDir Path own) throws IOException {
        Setup setup = Setup.X_FORWARDED;
        int port = FreePort.any();
        try (RunningService service = start(own, setup, Nginx.base(port));
                Nginx _ = Nginx.start(port, own, certificate, service, setup.directives);
                Chromium chromium = Chromium.start(own);
                Chromium.Page page = chromium.open(URI.create("data:text/html,"), 800, 800)) {
            page.trustEveryCertificate();
            page.navigate(Nginx.base(port));
            page.evaluate("get('token').value = '" + OPERATOR + "'; get('identify').requestSubmit()");
            await(page, "channels.length > 0 && document.querySelector('.card') !== null");

            page.evaluate("document.querySelector('.card').click()");

            await(page, "video.currentTime > 0");
            assertThat((String) page.evaluate(
                            "performance.getEntriesByType('resource').map((entry) => entry.name).join(' ')"))
                    .contains("/live/demo/")
                    .doesNotContain("http://");
        }
    }

    @Test
    void urlsAreHttpsWithTheServicesOwnTls(@TempDir Path own) throws IOException {
        Map<String, String> tls = Map.of(
                "quarkus.http.ssl.certificate.files",
                certificate.chain().toString(),
                "quarkus.http.ssl.certificate.key-files",
                certificate.key().toString(),
                "quarkus.http.ssl-port",
                "0",
                "xg2g.live.demo",
                "true");
        try (RunningService service = RunningService.start(own.resolve("work"), tls)) {
            Matcher listening =
                    Pattern.compile("https://127\\.0\\.0\\.1:(\\d+)").matcher(service.log());
            assertThat(listening.find()).isTrue();
            URI base = URI.create("https://localhost:" + listening.group(1) + "/");
            try (ProxiedClient client = new ProxiedClient(certificate, base, service.api(""), Optional.empty())) {
                lists(client, base);
            }
        }
    }

    /** Without identities, unknown host names are refused (DNS rebinding). */
    @Test
    @Tag("nightly")
    void withoutIdentitiesTheHostOfTheConfiguredUrlIsAccepted(@TempDir Path own) throws IOException {
        try (RunningService service = RunningService.start(
                own.resolve("work"), Map.of("xg2g.http.public-url", "https://tv.example.org/xg2g"))) {
            assertThat(status(service, "tv.example.org")).isEqualTo(200);
            assertThat(status(service, "evil.example.org")).isEqualTo(403);
        }
    }

    private static int status(RunningService service, String host) throws IOException {
        String request = "GET /api/v1/channels HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n";
        return RawHttp.send(service.api(""), request.getBytes(StandardCharsets.US_ASCII))
                .status();
    }

    private static RunningService start(Path own, Setup setup, URI base) throws IOException {
        Map<String, String> configuration = new TreeMap<>(setup.configuration);
        configuration.put("xg2g.live.demo", "true");
        configuration.put(
                "xg2g.live.channels-file", own.resolve("channels.json").toString());
        if (setup.identities) {
            configuration.put("xg2g.security.tokens.test.sha256", sha256(OPERATOR));
            configuration.put("xg2g.security.tokens.test.role", "operator");
        }
        if (setup == Setup.CONFIGURED) {
            configuration.put("xg2g.http.public-url", base.toString());
        }
        return RunningService.start(own.resolve("work"), configuration);
    }

    private static void thePage(ProxiedClient client, URI base) {
        String page = ok(client.get(base)).body();
        List<String> links = LINK.matcher(page)
                .results()
                .map(link -> link.group(1))
                .filter(link -> !link.startsWith("data:"))
                .toList();
        assertThat(links).contains("watch.css", "watch.js", "js/hls.min.js", "channels.m3u", "openapi");
        links.forEach(link -> ok(client.getAsOperator(client.resolve(base, link))));
    }

    private static void theDescription(ProxiedClient client, URI base) {
        URI address = base.resolve("openapi?format=json");
        JsonObject description = client.object(address);
        String server = client.resolve(
                        address,
                        description.getJsonArray("servers").getJsonObject(0).getString("url"))
                .toString()
                .replaceFirst("/$", "");
        JsonObject paths = description.getJsonObject("paths");
        List<String> plain = paths.fieldNames().stream()
                .filter(path ->
                        path.indexOf('{') < 0 && paths.getJsonObject(path).containsKey("get"))
                .toList();
        assertThat(plain).contains("/api/v1/channels", "/channels.m3u");
        // Receivers require the role admin.
        plain.forEach(path -> assertThat(
                        client.getAsOperator(URI.create(server + path)).statusCode())
                .as(path)
                .isIn(path.equals("/api/v1/receivers") ? List.of(200, 403) : List.of(200)));
    }

    private static void channels(ProxiedClient client, URI base) {
        URI list = base.resolve("api/v1/channels");
        HttpResponse<String> made = client.post(
                list, "application/json", BodyPublishers.ofString("{\"id\":\"made\",\"url\":\"srt://127.0.0.1:9\"}"));
        assertThat(client.object(client.location(made)).getString("id")).isEqualTo("made");

        JsonObject demo = ProxiedClient.find(ok(client.getAsOperator(list)).body(), "demo");
        ok(client.getAsOperator(client.resolve(list, demo.getString("hls"))));
        ok(client.getAsOperator(client.resolve(list, demo.getString("dash"))));
        assertThat(client.getAsOperator(client.resolve(list, demo.getString("preview")))
                        .statusCode())
                .isIn(200, 404);
        assertThat(client.resolve(list, demo.getString("ts"))).isEqualTo(base.resolve("live/demo/stream.ts"));
    }

    /** With the URLs only. */
    private static void playbacks(ProxiedClient client, URI base, boolean identities) {
        URI address = base.resolve("api/v1/channels/demo/playback");
        JsonObject adaptive = new JsonObject(ok(client.post(address)).body());
        hls(client, client.resolve(address, adaptive.getString("hls")));
        dash(client, client.resolve(address, adaptive.getString("dash")), identities);
        for (String mode : List.of("standard", "audio_proxy", "gpu")) {
            URI asked = URI.create(address + "?mode=" + mode);
            JsonObject stream = new JsonObject(ok(client.post(asked)).body());
            assertThat(client.firstBytes(client.resolve(asked, stream.getString("ts")), 189))
                    .startsWith(0x47)
                    .endsWith(0x47);
        }
        URI audio = URI.create(address + "?mode=audio");
        JsonObject playback = new JsonObject(ok(client.post(audio)).body());
        assertThat(client.firstBytes(client.resolve(audio, playback.getString("audio")), 1))
                .containsExactly(0xff);
    }

    /** Every playlist, and the first two URLs of each: an init segment and a segment. */
    private static void hls(ProxiedClient client, URI master) {
        List<URI> media = inPlaylist(client, master);
        assertThat(media).hasSizeGreaterThan(1);
        for (URI playlist : media) {
            List<URI> content = inPlaylist(client, playlist);
            assertThat(content).hasSizeGreaterThan(1);
            content.stream().limit(2).forEach(part -> ok(client.get(part)));
        }
    }

    private static List<URI> inPlaylist(ProxiedClient client, URI playlist) {
        return IN_PLAYLIST
                .matcher(ok(client.get(playlist)).body())
                .results()
                .map(found -> found.group(1) == null ? found.group(2) : found.group(1))
                .map(reference -> client.resolve(playlist, reference))
                .toList();
    }

    private static void dash(ProxiedClient client, URI address, boolean identities) {
        String manifest = ok(client.get(address)).body();
        URI own = address;
        if (identities) {
            own = client.resolve(address, part(manifest, "<Location>([^<]+)</Location>"));
            ok(client.get(own));
        }
        String init = part(manifest, "initialization=\"([^\"]+)\"")
                .replace("$RepresentationID$", part(manifest, "<Representation id=\"([^\"]+)\""));
        ok(client.get(client.resolve(own, init)));
    }

    private static void lists(ProxiedClient client, URI base) {
        String streams = ok(client.getAsOperator(base.resolve("channels.m3u"))).body();
        assertThat(client.firstBytes(entry(client, base, streams), 1)).containsExactly(0x47);
        String playlists =
                ok(client.getAsOperator(base.resolve("channels.m3u?mode=hls"))).body();
        ok(client.get(entry(client, base, playlists)));
    }

    /** The demo's entry; players do not know the URL of a stored list. */
    private static URI entry(ProxiedClient client, URI base, String list) {
        String entry = list.lines()
                .filter(line -> line.contains("/live/demo/"))
                .findFirst()
                .orElseThrow();
        assertThat(entry).startsWith(base.toString());
        return client.resolve(base, entry);
    }

    private static void transcodes(ProxiedClient client, URI base) throws IOException {
        URI job = client.location(client.post(
                base.resolve("api/v1/transcodes?profile=preview"),
                "video/mp2t",
                BodyPublishers.ofFile(TestMedia.progressive()),
                "Prefer",
                "respond-async"));
        URI events = URI.create(job + "/events");
        String told = ok(client.getAsOperator(events)).body();
        String url = part(told.substring(told.indexOf("event:finished")), "\"url\":\"([^\"]+)\"");
        ok(client.getAsOperator(client.resolve(events, url)));
        String listed =
                client.object(job).getJsonArray("renditions").getJsonObject(0).getString("url");
        ok(client.getAsOperator(client.resolve(job, listed)));
    }

    private static void telemetry(ProxiedClient client, URI base) {
        URI replay = client.location(client.post(
                base.resolve("api/v1/telemetry/replays?speed=max"),
                "text/csv",
                BodyPublishers.ofString(DcgmCsv.export(0, 1, 2))));
        Awaitility.await("the replay")
                .atMost(Patience.seconds(60))
                .until(() -> client.object(replay).getString("state").equals("finished"));
        URI first = base.resolve("api/v1/gpus/" + DcgmCsv.uuid(0, 0) + "/telemetry?limit=1");
        HttpResponse<String> page = Awaitility.await("points")
                .atMost(Patience.seconds(60))
                .until(
                        () -> client.getAsOperator(first),
                        answer -> answer.body().contains("\"next\""));
        ok(client.getAsOperator(client.resolve(first, new JsonObject(page.body()).getString("next"))));
        String link = page.headers().firstValue("Link").orElseThrow();
        ok(client.getAsOperator(client.resolve(first, part(link, "<([^>]+)>"))));
        // One event without more data: nginx would buffer it.
        URI events = base.resolve("api/v1/gpus/" + DcgmCsv.uuid(0, 0) + "/telemetry/events");
        assertThat(new String(client.firstBytesAsOperator(events, 100), StandardCharsets.UTF_8))
                .contains("event:values");
    }

    /** The client checks their text; they have no instance, and their types are not URLs. */
    private static void problems(ProxiedClient client, URI base) {
        for (String path :
                List.of("nothing", "api/v1/channels/nothing", "api/v1/streams/nothing", "api/v1/gpus/nothing")) {
            HttpResponse<String> answer = client.getAsOperator(base.resolve(path));
            assertThat(answer.statusCode()).as(path).isEqualTo(404);
            assertThat(new JsonObject(answer.body()).getString("type")).startsWith("urn:xg2g:problem:");
        }
    }

    private static void await(Chromium.Page page, String condition) {
        Awaitility.await(condition).atMost(Patience.seconds(60)).until(() -> (Boolean) page.evaluate(condition));
    }

    private static String part(String text, String pattern) {
        Matcher found = Pattern.compile(pattern).matcher(text);
        assertThat(found.find()).as(pattern + " in " + text).isTrue();
        return found.group(1);
    }

    private static String sha256(String token) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
