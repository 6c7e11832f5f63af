package io.xg2g.source;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.quarkus.runtime.ShutdownEvent;
import io.vertx.core.Vertx;
import io.xg2g.config.ByteOrderMark;
import io.xg2g.http.InternalServers;
import io.xg2g.schedule.Patience;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Responses of the relay for hostile sources. */
@Timeout(300)
class HttpRelayIT {
    private static final Duration LONG = Patience.seconds(30);
    private static final Duration SHORT = Patience.seconds(1);
    private static final String PLAYLIST = "#EXTM3U\n#EXT-X-KEY:METHOD=\"AES-128\"URI=\"key\"\n#EXTINF:2,\n1.ts\n";

    private static Vertx vertx;
    private static HttpServer server;
    private static HttpRelayServer relays;
    private static final HttpClient CHILD = HttpClient.newHttpClient();
    private static final Map<String, byte[]> BODIES = new ConcurrentHashMap<>();
    private static final Queue<String> ASKED = new ConcurrentLinkedQueue<>();

    @BeforeAll
    static void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Thread::startVirtualThread);
        server.createContext("/", exchange -> {
            try (exchange) {
                String path = exchange.getRequestURI().getPath();
                ASKED.add(path);
                byte[] body = BODIES.get(path);
                exchange.sendResponseHeaders(200, body.length);
                exchange.getResponseBody().write(body);
            }
        });
        text("/live.m3u8", PLAYLIST);
        text("/key", "0123456789abcdef");
        text("/1.ts", "pictures");
        server.start();
        vertx = Vertx.vertx();
        // Time is constant for the request budget.
        relays = new HttpRelayServer(vertx, new SourceClient(vertx), new InternalServers(), () -> 0);
    }

    @AfterAll
    static void stop() {
        relays.stop(new ShutdownEvent());
        server.stop(0);
        vertx.close().toCompletionStage().toCompletableFuture().join();
        CHILD.close();
    }

    @Test
    @Tag("smoke")
    void onlyIssuedUrlsAreServed() throws Exception {
        try (HttpRelay relay = open("/live.m3u8", LONG)) {
            String playlist = get(relay.address()).body();
            String origin = relay.address().resolve("..").toString();
            String segment = playlist.lines().toList().getLast();

            assertThat(playlist).contains("URI=\"" + origin).doesNotContain("\"key\"");
            assertThat(get(relay.address()).body()).isEqualTo(playlist);
            assertThat(get(URI.create(segment)).body()).isEqualTo("pictures");
            ASKED.clear();
            String key = source(server.getAddress().getPort(), "/key").toString();
            String encoded = Base64.getUrlEncoder().withoutPadding().encodeToString(key.getBytes());
            for (String id : List.of(encoded, "3", "00", "-1", "", "x")) {
                assertThat(get(URI.create(origin + id + "/key")).statusCode())
                        .as(id)
                        .isEqualTo(403);
            }
            assertThat(ASKED).isEmpty();
        }
    }

    @Test
    void aByteOrderMarkBeforeAPlaylistIsSkippedAndOtherBytesAreUnchanged() throws Exception {
        text("/marked.m3u8", ByteOrderMark.TEXT + PLAYLIST);
        text("/marked.vtt", ByteOrderMark.TEXT + "WEBVTT");
        try (HttpRelay playlist = open("/marked.m3u8", LONG);
                HttpRelay other = open("/marked.vtt", LONG)) {
            assertThat(get(playlist.address()).body())
                    .startsWith("#EXTM3U\n")
                    .contains("URI=\"" + playlist.address().resolve(".."));
            assertThat(get(other.address()).body()).isEqualTo(ByteOrderMark.TEXT + "WEBVTT");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"\na", "\n#EXT-X-MAP:URI=\"a\"", ",URI=a"})
    void aSmallPlaylistOfManyAddressesIsRefused(String address) throws Exception {
        text("/many.m3u8", HlsPlaylist.HEAD + address.repeat(1_000_000 / address.length()));

        assertRefused("/many.m3u8");
    }

    /** As ffmpeg fetches segments without duration: sequentially, without a pause. */
    @Test
    void aPlaylistOfManyRequestsEndsItsSource() throws Exception {
        text("/0.ts", "");
        text("/flood.m3u8", HlsPlaylist.HEAD + "\n#EXTINF:0,\n0.ts".repeat(2 * RequestBudget.BURST));
        try (HttpRelay relay = open("/flood.m3u8", LONG);
                HttpRelay other = open("/live.m3u8", LONG)) {
            List<String> segments = get(relay.address())
                    .body()
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .toList();
            ASKED.clear();

            for (String segment : segments) {
                get(URI.create(segment));
            }

            assertThat(ASKED).as("the playlist was one of them").hasSize(RequestBudget.BURST - 1);
            assertThat(relay.refused())
                    .isCompletedWithValueMatching(
                            refused -> refused.sentence().contains("more than 50 requests a second (200 at once)"));
            assertThat(get(other.address()).statusCode()).as("another source").isEqualTo(200);
        }
    }

    @Test
    void aLargePlaylistIsRefused() throws Exception {
        text("/large.m3u8", HlsPlaylist.HEAD + "\n#EXT".repeat(HlsPlaylist.MAX_BYTES / 5 + 1));

        assertRefused("/large.m3u8");
    }

    @ParameterizedTest
    @CsvSource({"pictures,'',200", "#EXTM3U,#,502"})
    void stalledAndSlowSourcesAreClosed(String begin, String drip, int status) throws Exception {
        try (ServerSocket slow = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                HttpRelay relay = open(source(slow.getLocalPort(), "/1.ts"), SHORT)) {
            CompletableFuture<Boolean> left = CompletableFuture.supplyAsync(() -> answerUntilLeft(slow, begin, drip));

            assertThat(get(relay.address()).statusCode()).isEqualTo(status);
            assertThat(left.get()).isTrue();
        }
    }

    @Test
    void aTruncatedBodyIsTruncatedForTheChildToo() throws Exception {
        try (ServerSocket source = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                HttpRelay relay = open(source(source.getLocalPort(), "/1.ts"), LONG)) {
            CompletableFuture<Void> answered =
                    CompletableFuture.runAsync(() -> answer(source, "Content-Length: 100\r\n\r\npictures", false));

            assertThat(isComplete(relay.address())).isFalse();
            answered.join();
        }
    }

    @Test
    void aDisconnectOfTheChildReleasesTheSource() throws Exception {
        try (ServerSocket source = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                HttpRelay relay = open(source(source.getLocalPort(), "/1.ts"), LONG)) {
            CompletableFuture<Void> released = CompletableFuture.runAsync(() -> answer(source, "\r\npictures", true));
            URI address = relay.address();
            try (Socket child = new Socket(address.getHost(), address.getPort())) {
                child.getOutputStream()
                        .write(("GET " + address.getPath() + " HTTP/1.1\r\nHost: h\r\n\r\n")
                                .getBytes(StandardCharsets.US_ASCII));
                assertThat(child.getInputStream().readNBytes(100)).hasSize(100);
            }

            released.join();
        }
    }

    /**
     * Responds to one request.
     *
     * @param endless whether bytes follow until the client has disconnected
     */
    private static void answer(ServerSocket server, String answer, boolean endless) {
        try (Socket client = server.accept()) {
            assertThat(client.getInputStream().read(new byte[8192])).isPositive();
            client.getOutputStream().write(("HTTP/1.1 200 OK\r\n" + answer).getBytes(StandardCharsets.US_ASCII));
            while (endless) {
                client.getOutputStream().write(new byte[1024]);
            }
        } catch (SocketException left) {
            assertThat(endless).isTrue();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void assertRefused(String path) throws Exception {
        try (HttpRelay relay = open(path, LONG);
                HttpRelay next = open("/1.ts", LONG)) {
            assertThat(get(relay.address()).statusCode()).isEqualTo(403);
            assertThat(relay.refused()).isCompleted();
            assertThat(get(next.address()).body()).isEqualTo("pictures");
        }
    }

    /** Responds and then sends slowly, or nothing, until the client has disconnected. */
    private static boolean answerUntilLeft(ServerSocket server, String begin, String drip) {
        try (Socket client = server.accept()) {
            assertThat(client.getInputStream().read(new byte[8192])).isPositive();
            client.setSoTimeout(50);
            String text = "HTTP/1.1 200 OK\r\n\r\n" + begin;
            while (!hasLeft(client, text)) {
                text = drip;
            }
            return true;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static boolean hasLeft(Socket client, String text) {
        try {
            client.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
            return client.getInputStream().skip(1000) == 0;
        } catch (SocketTimeoutException stillThere) {
            return false;
        } catch (IOException reset) {
            return true;
        }
    }

    private static void text(String path, String text) {
        BODIES.put(path, text.getBytes(StandardCharsets.UTF_8));
    }

    private static URI source(int port, String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }

    private static HttpRelay open(String path, Duration timeout) {
        return open(source(server.getAddress().getPort(), path), timeout);
    }

    private static HttpRelay open(URI source, Duration timeout) {
        FetchScope reach = new SourcePolicy(new AllowList(List.of("127.0.0.0/8")), name -> List.of()).ofClient(source);
        return relays.open(reach, source, HlsPreferences.NONE, timeout);
    }

    /** Returns whether a response is complete. If the source disconnected before its first bytes were read, it is 502. */
    private static boolean isComplete(URI address) throws InterruptedException {
        try {
            return get(address).statusCode() != 502;
        } catch (IOException cutOff) {
            return false;
        }
    }

    private static HttpResponse<String> get(URI address) throws IOException, InterruptedException {
        return CHILD.send(HttpRequest.newBuilder(address).build(), BodyHandlers.ofString());
    }
}
