package io.xg2g.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.vertx.core.Vertx;
import io.xg2g.schedule.Patience;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The client with servers on loopback, under test-only host names. */
@Timeout(300)
class SourceClientIT {
    private static final Duration TIMEOUT = Patience.seconds(10);
    private static final String NAME = "camera.example.org";
    private static final byte[] LARGE = new byte[20 << 20];
    private static final char[] PASSWORD = "changeit".toCharArray();

    @TempDir
    static Path directory;

    private static Vertx vertx;
    private static HttpServer server;
    private static HttpsServer secure;
    private static SourceClient client;
    private static final Map<String, String> REDIRECTS = new ConcurrentHashMap<>();
    private static final List<Headers> REQUESTS = new CopyOnWriteArrayList<>();
    private static final CountDownLatch SILENCE = new CountDownLatch(1);

    @BeforeAll
    static void start() throws Exception {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        secure = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        secure.setHttpsConfigurator(new HttpsConfigurator(certificate()));
        for (HttpServer each : List.of(server, secure)) {
            each.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
            each.createContext("/", exchange -> {
                try (exchange) {
                    REQUESTS.add(exchange.getRequestHeaders());
                    String path = exchange.getRequestURI().getPath();
                    if (path.startsWith("/locked/")
                            && !exchange.getRequestHeaders().containsKey("Authorization")) {
                        exchange.getResponseHeaders().set("WWW-Authenticate", "Basic realm=\"r\"");
                        exchange.sendResponseHeaders(401, -1);
                        return;
                    }
                    String location = REDIRECTS.get(path);
                    if (path.equals("/silent")) {
                        SILENCE.await();
                    }
                    if (location != null) {
                        exchange.getResponseHeaders().set("Location", location);
                    }
                    exchange.sendResponseHeaders(
                            location == null ? 200 : 307, path.equals("/large") ? LARGE.length : 0);
                    exchange.getResponseBody().write(path.equals("/large") ? LARGE : "hello".getBytes());
                } catch (InterruptedException | IOException gone) {
                    // The client has disconnected.
                }
            });
            each.start();
        }
        vertx = Vertx.vertx();
        client = new SourceClient(vertx);
    }

    /** Creates a certificate for the name, which this process trusts. */
    private static SSLContext certificate() throws Exception {
        Path store = directory.resolve("store.p12");
        String keytool =
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        Process made = new ProcessBuilder(
                        keytool,
                        "-genkeypair",
                        "-alias",
                        "a",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=" + NAME,
                        "-ext",
                        "SAN=dns:" + NAME,
                        "-validity",
                        "1",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        store.toString(),
                        "-storepass",
                        new String(PASSWORD))
                .inheritIO()
                .start();
        assertThat(made.waitFor()).isZero();
        System.setProperty("javax.net.ssl.trustStore", store.toString());
        System.setProperty("javax.net.ssl.trustStorePassword", new String(PASSWORD));
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD);
        }
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        return context;
    }

    @AfterAll
    static void stop() {
        SILENCE.countDown();
        vertx.close().toCompletionStage().toCompletableFuture().join();
        server.stop(0);
        secure.stop(0);
        System.clearProperty("javax.net.ssl.trustStore");
        System.clearProperty("javax.net.ssl.trustStorePassword");
    }

    @Test
    void hostAndSniHaveTheNameOfTheUrl() throws Exception {
        REQUESTS.clear();

        assertThat(text("http://user:pass@" + NAME + ":" + port() + "/locked/a%20b?c=d"))
                .isEqualTo("hello");

        Headers request = REQUESTS.getLast();
        assertThat(request.getFirst("Host")).isEqualTo(NAME + ":" + port());
        assertThat(request.getFirst("Authorization")).isEqualTo("Basic dXNlcjpwYXNz");
    }

    @Test
    void theNextAddressIsTriedIfOneRefuses() throws Exception {
        assertThat(text("http://two.example.org:" + port() + "/")).isEqualTo("hello");
        assertThatThrownBy(() -> text("http://refused.example.org:" + port() + "/"))
                .isInstanceOf(ConnectException.class);
    }

    /** A multicast address, to which the system connects nothing, stands for one without a route. */
    @Test
    void theNextAddressIsTriedIfOneCannotBeReached() throws Exception {
        assertThat(text("http://dual.example.org:" + port() + "/")).isEqualTo("hello");
        assertThatThrownBy(() -> text("http://unreachable.example.org:" + port() + "/"))
                .isInstanceOf(ConnectException.class);
    }

    @Test
    void theCertificateHasToMatchTheName() throws Exception {
        int port = secure.getAddress().getPort();

        assertThat(text("https://" + NAME + ":" + port + "/")).isEqualTo("hello");
        for (String other : List.of("other.example.org", "127.0.0.1")) {
            assertThatThrownBy(() -> text("https://" + other + ":" + port + "/"))
                    .isInstanceOf(UnusableResponse.class)
                    .hasMessageMatching("the connection by TLS failed: .*" + other + ".*");
        }
    }

    @Test
    void allowedRedirectsAreFollowed() throws Exception {
        REDIRECTS.put("/locked/1", "/locked/2");
        REDIRECTS.put("/locked/2", "http://other.example.org:" + port() + "/3#fragment");
        REDIRECTS.put("/list", " a|b c.ts?d=e f ");
        REDIRECTS.put("/inside", "http://10.0.0.1/");
        REDIRECTS.put("/file", "file:///etc/passwd");
        REDIRECTS.put("/round", "/round");
        REDIRECTS.put("/malformed", "http://a b/");
        REDIRECTS.put("/up", "https://" + NAME + ":" + secure.getAddress().getPort() + "/down");
        REDIRECTS.put("/down", "http://" + NAME + ":" + port() + "/");
        REQUESTS.clear();
        String base = "http://user:word@" + NAME + ":" + port();

        assertThat(text(base + "/locked/1")).isEqualTo("hello");
        assertThat(REQUESTS)
                .extracting(request -> request.getFirst("Host"))
                .containsExactly(
                        NAME + ":" + port(), NAME + ":" + port(), NAME + ":" + port(), "other.example.org:" + port());
        assertThat(REQUESTS)
                .extracting(request -> request.containsKey("Authorization"))
                .containsExactly(false, true, true, false);
        assertThat(text(base + "/list")).isEqualTo("hello");
        for (String refused : List.of("/inside", "/file", "/up")) {
            assertThatThrownBy(() -> text(base + refused)).as(refused).isInstanceOf(SourceNotAllowed.class);
        }
        assertThatThrownBy(() -> text(base + "/round"))
                .isInstanceOf(UnusableResponse.class)
                .hasMessage("the server redirects more than 5 times");
        assertThatThrownBy(() -> text(base + "/malformed"))
                .isInstanceOf(UnusableResponse.class)
                .hasMessage("the address of the server's redirect is malformed");
    }

    @Test
    void aServerThatDoesNotSpeakHttpOrTlsIsNamed() throws Exception {
        try (ServerSocket other = new ServerSocket(0, 0, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> {
                while (!other.isClosed()) {
                    try (Socket accepted = other.accept()) {
                        accepted.getOutputStream().write("ICY 200 OK\r\nicy-name: radio\r\n\r\n".getBytes());
                        accepted.getOutputStream().flush();
                        accepted.shutdownOutput();
                        accepted.getInputStream().transferTo(OutputStream.nullOutputStream());
                    } catch (IOException gone) {
                        // The client has disconnected.
                    }
                }
            });

            assertThatThrownBy(() -> text("http://" + NAME + ":" + other.getLocalPort() + "/"))
                    .isInstanceOf(UnusableResponse.class)
                    .hasMessage("the server's response is not HTTP");
            assertThatThrownBy(() -> text("https://" + NAME + ":" + other.getLocalPort() + "/"))
                    .isInstanceOf(UnusableResponse.class)
                    .hasMessageStartingWith("the connection by TLS failed: ");
        }
    }

    @Test
    void aLargeBodyIsCompleteAndReadWithBackpressure() throws Exception {
        SourceResponse answer = get("http://" + NAME + ":" + port() + "/large");
        try (InputStream body = answer.body()) {
            assertThat(body.readAllBytes()).isEqualTo(LARGE);
        }
        SourceResponse left = get("http://" + NAME + ":" + port() + "/large");
        assertThat(left.body().read()).isZero();
        left.body().close();
        assertThatThrownBy(() -> left.body().readAllBytes()).isInstanceOf(IOException.class);
    }

    @Test
    void aShortResponseIsReadCompletely() throws Exception {
        for (int n = 0; n < 100; n++) {
            assertThat(text("http://" + NAME + ":" + port() + "/")).isEqualTo("hello");
        }
    }

    @Test
    void aServerWithoutAResponseTimesOut() {
        assertThatThrownBy(() -> client.get(
                        reach(),
                        URI.create("http://" + NAME + ":" + port() + "/silent"),
                        Map.of(),
                        Duration.ofMillis(300)))
                .isInstanceOf(SocketTimeoutException.class);
    }

    @Test
    void aStalledBodyTimesOut() throws Exception {
        try (java.net.ServerSocket slow = new java.net.ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            CompletableFuture<java.net.Socket> peer = CompletableFuture.supplyAsync(() -> answerAndWait(slow));
            URI address = URI.create("http://127.0.0.1:" + slow.getLocalPort() + "/");
            SourceResponse answer = client.get(reach(), address, Map.of(), Patience.seconds(1));

            assertThatThrownBy(() -> answer.body().read()).isInstanceOf(SocketTimeoutException.class);
            assertThat(peer.get().getInputStream().readAllBytes()).isNotNull();
            peer.get().close();
        }
    }

    @Test
    void closingEndsAWaitingRead() throws Exception {
        try (java.net.ServerSocket slow = new java.net.ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            CompletableFuture<java.net.Socket> peer = CompletableFuture.supplyAsync(() -> answerAndWait(slow));
            SourceResponse answer = get("http://127.0.0.1:" + slow.getLocalPort() + "/");
            CompletableFuture<Integer> reading = CompletableFuture.supplyAsync(() -> {
                try {
                    return answer.body().readAllBytes().length;
                } catch (IOException closed) {
                    return -1;
                }
            });
            answer.body().close();

            assertThat(reading.get()).isEqualTo(-1);
            assertThat(peer.get().getInputStream().readAllBytes()).isNotNull();
            peer.get().close();
        }
    }

    /** A recorder has many cameras, each with a connection for hours. */
    @Test
    void oneServerServesManyStreamsAtOnce() throws Exception {
        try (ServerSocket recorder = new ServerSocket(0, 100, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual()
                    .start(() -> Stream.generate(() -> answerAndWait(recorder))
                            .limit(30)
                            .forEach(_ -> {}));
            List<SourceResponse> streams = new ArrayList<>();
            for (int i = 0; i < 30; i++) {
                streams.add(get("http://127.0.0.1:" + recorder.getLocalPort() + "/"));
            }
            for (SourceResponse stream : streams) {
                stream.body().close();
            }
        }
    }

    /** As OSCam's stream relay sends them, in pieces. */
    @ParameterizedTest
    @ValueSource(ints = {1, 7, 1000})
    void linesOfTheHeadMayEndWithoutACarriageReturn(int piece) throws Exception {
        byte[] answer = "HTTP/1.0 200 OK\nConnection: Close\r\nA: b\n\n\nbody\n\n".getBytes();
        try (ServerSocket relay = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> {
                try (java.net.Socket peer = relay.accept()) {
                    peer.setTcpNoDelay(true);
                    assertThat(peer.getInputStream().read(new byte[8192])).isPositive();
                    for (int from = 0; from < answer.length; from += piece) {
                        peer.getOutputStream().write(answer, from, Math.min(piece, answer.length - from));
                    }
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });

            assertThat(text("http://127.0.0.1:" + relay.getLocalPort() + "/")).isEqualTo("\nbody\n\n");
        }
    }

    private static java.net.Socket answerAndWait(java.net.ServerSocket server) {
        try {
            java.net.Socket peer = server.accept();
            assertThat(peer.getInputStream().read(new byte[8192])).isPositive();
            peer.getOutputStream().write("HTTP/1.1 200 OK\r\n\r\n".getBytes());
            return peer;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static int port() {
        return server.getAddress().getPort();
    }

    private static String text(String uri) throws Exception {
        try (InputStream body = get(uri).body()) {
            return new String(body.readAllBytes());
        }
    }

    private static SourceResponse get(String uri) throws Exception {
        return client.get(reach(), URI.create(uri), Map.of(), TIMEOUT);
    }

    /** Loopback is allowed, and all names resolve to it; some have another address without a listener, or without a route. */
    private static FetchScope reach() {
        AllowList allowed = new AllowList(List.of("127.0.0.0/8", "224.0.0.1"));
        HostResolver names = name -> switch (name) {
            case "two.example.org" -> List.of(InetAddress.ofLiteral("127.0.0.2"), InetAddress.ofLiteral("127.0.0.1"));
            case "refused.example.org" ->
                List.of(InetAddress.ofLiteral("127.0.0.2"), InetAddress.ofLiteral("127.0.0.3"));
            case "dual.example.org" -> List.of(InetAddress.ofLiteral("224.0.0.1"), InetAddress.ofLiteral("127.0.0.1"));
            case "unreachable.example.org" -> List.of(InetAddress.ofLiteral("224.0.0.1"));
            default -> List.of(InetAddress.ofLiteral("127.0.0.1"));
        };
        return new FetchScope(allowed, names, URI.create("http://unknown.example.org/"), false, SourceHeaders.NONE);
    }
}
