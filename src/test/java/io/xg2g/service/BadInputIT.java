package io.xg2g.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import io.xg2g.ffmpeg.TestMedia;
import io.xg2g.schedule.Patience;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Test that invalid requests are answered with the error and the allowed values, and leave no files. */
@ExtendWith(Services.Resolver.class)
class BadInputIT {
    private static RunningService service;

    @BeforeAll
    static void start(Services services) {
        service = services.shared(Services.USUAL);
    }

    @AfterEach
    void nothingIsLeft() {
        Awaitility.await("no file and no process is left")
                .until(() ->
                        service.remainingFiles().isEmpty() && service.encoders().isEmpty());
    }

    @Test
    void anotherHostNameIsRefused() throws IOException {
        try (HttpSocket socket = HttpSocket.open(service.api("/").getPort())) {
            socket.send("GET /api/v1/queue HTTP/1.1\r\nHost: rebound.example\r\n\r\n");

            HttpSocket.Answer answer = socket.answer();

            assertThat(answer.status()).isEqualTo(403);
            assertThat(answer.error()).contains("\"forbidden\"", "answers to localhost");
        }
    }

    @Test
    void anAbsoluteLocalHostNameIsAccepted() throws IOException {
        try (HttpSocket socket = HttpSocket.open(service.api("/").getPort())) {
            socket.send("GET /api/v1/queue HTTP/1.1\r\nHost: localhost.\r\n\r\n");

            assertThat(socket.answer().status()).isEqualTo(200);
        }
    }

    /** RFC 9110, section 6.6.1, for every kind of handler. */
    @ParameterizedTest
    @ValueSource(strings = {"/", "/api/v1/queue", "/api/v1/streams/x", "/live/x/720p/1.m4s", "/nothing", "/openapi"})
    void everyResponseHasADate(String path) throws IOException {
        try (HttpSocket socket = HttpSocket.open(service.api("/").getPort())) {
            assertHasDate(socket.get(path));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/readyz", "/metrics", "/nothing"})
    void everyResponseOfTheManagementPortHasADate(String path) throws IOException {
        try (HttpSocket socket = HttpSocket.open(service.management("/").getPort())) {
            assertHasDate(socket.get(path));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET / HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\nHost: rebound.example\r\n\r\n"})
    void aRefusalOfTheRouterHasADate(String request) throws IOException {
        try (HttpSocket socket = HttpSocket.open(service.api("/").getPort())) {
            socket.send(request);
            assertHasDate(socket.answer());
        }
    }

    private static void assertHasDate(HttpSocket.Answer answer) {
        assertThat(DateTimeFormatter.RFC_1123_DATE_TIME.parse(answer.header("Date")))
                .isNotNull();
    }

    static Stream<Arguments> unusableMedia() {
        return Stream.of(
                Arguments.of(TestMedia.text(), "video"),
                Arguments.of(TestMedia.jpeg(), "video"),
                Arguments.of(TestMedia.audioOnly(), "no video"),
                Arguments.of(TestMedia.tiny16(), "16"));
    }

    @ParameterizedTest
    @MethodSource("unusableMedia")
    void mediaThatCannotBeTranscodedIsUnsupported(Path body, String mentions) {
        JsonObject problem = problem(service.post("profile=720p", body).build(), 422, "unsupported-media");
        assertThat(problem.getString("detail")).contains(mentions);
    }

    @Test
    void damagedMediaIsTranscodedOrRefusedAndNeverHangs() {
        for (Path damaged : new Path[] {TestMedia.truncated(), TestMedia.bitFlipped()}) {
            HttpResponse<String> answer = RunningService.send(
                    service.post("profile=480p", damaged).build(), BodyHandlers.ofString(StandardCharsets.ISO_8859_1));
            assertThat(answer.statusCode()).isIn(200, 422, 502);
        }
    }

    @Test
    void anEmptyBodyIsInvalid() {
        problem(
                HttpRequest.newBuilder(service.api("/api/v1/transcodes?profile=720p"))
                        .POST(BodyPublishers.noBody())
                        .build(),
                400,
                "invalid-request");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "profile=", "profile=4k", "profile=720p&priority=active", "profile=720p&stream=%00"})
    void anInvalidParameterIsReportedWithTheAllowedValues(String query) {
        JsonObject problem = problem(service.post(query, TestMedia.mpeg2()).build(), 400, "invalid-request");
        assertThat(problem.getString("detail")).contains("allowed: ");
    }

    @Test
    void aBodyOverTheLimitIsRefusedBeforeItIsSent() {
        JsonObject problem = problem(
                HttpRequest.newBuilder(service.api("/api/v1/transcodes?profile=720p"))
                        .header("Content-Type", "video/mp2t")
                        .POST(BodyPublishers.ofByteArray(new byte[9 << 20]))
                        .build(),
                413,
                "too-large");
        assertThat(problem.getString("detail")).contains("9.0 MB", "8.0 MB", "xg2g.transcode.max-body");
    }

    @Test
    void aBodyOfUnknownLengthIsRefusedAtTheLimit() throws IOException {
        try (Socket socket = connect()) {
            OutputStream out = socket.getOutputStream();
            out.write(
                    "POST /api/v1/transcodes?profile=720p HTTP/1.1\r\nHost: localhost\r\nContent-Type: video/mp2t\r\nTransfer-Encoding: chunked\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            byte[] chunk = new byte[1 << 20];
            try {
                for (int i = 0; i < 12; i++) {
                    out.write("100000\r\n".getBytes(StandardCharsets.US_ASCII));
                    out.write(chunk);
                    out.write("\r\n".getBytes(StandardCharsets.US_ASCII));
                }
                out.flush();
            } catch (IOException closedInTheMiddle) {
                // The service may close the connection after its response.
            }
            assertThat(firstLine(socket)).contains("413");
        }
    }

    @Test
    void anOversizedContentLengthIsTooLarge() throws IOException {
        try (Socket socket = connect()) {
            socket.getOutputStream()
                    .write(
                            "POST /api/v1/transcodes?profile=720p HTTP/1.1\r\nHost: localhost\r\nContent-Type: video/mp2t\r\nContent-Length: 99999999999\r\n\r\n"
                                    .getBytes(StandardCharsets.US_ASCII));
            assertThat(firstLine(socket)).contains("413");
        }
    }

    @Test
    void aClientThatSendsOnAfterARefusalIsDisconnected() throws IOException {
        try (Socket socket = connect()) {
            OutputStream out = socket.getOutputStream();
            out.write(
                    "POST /api/v1/transcodes?profile=4k HTTP/1.1\r\nHost: localhost\r\nContent-Type: video/mp2t\r\nTransfer-Encoding: chunked\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            byte[] chunk = ("1000\r\n" + "x".repeat(0x1000) + "\r\n").getBytes(StandardCharsets.US_ASCII);
            Awaitility.await("the connection is closed")
                    .pollInterval(Duration.ofMillis(20))
                    .until(() -> {
                        try {
                            out.write(chunk);
                            return false;
                        } catch (IOException closed) {
                            return true;
                        }
                    });
        }
    }

    /** Twenty at once: a connection stays open for a moment, so that the response is not lost. */
    @Test
    void aRefusalBeforeTheBodyHasConnectionClose() throws IOException {
        List<Socket> sockets = new ArrayList<>();
        for (int n = 0; n < 20; n++) {
            Socket socket = connect();
            sockets.add(socket);
            socket.getOutputStream()
                    .write(
                            "POST /api/v1/transcodes?profile=4k HTTP/1.1\r\nHost: localhost\r\nContent-Type: video/mp2t\r\nContent-Length: 9\r\n\r\n"
                                    .getBytes(StandardCharsets.US_ASCII));
        }
        for (Socket socket : sockets) {
            try (socket) {
                String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
                assertThat(answer).startsWith("HTTP/1.1 400").containsIgnoringCase("connection: close");
            }
        }
    }

    @Test
    void aSlowBodyEndsTheRequest() throws IOException {
        try (Socket socket = connect()) {
            OutputStream out = socket.getOutputStream();
            out.write(
                    "POST /api/v1/transcodes?profile=720p HTTP/1.1\r\nHost: localhost\r\nContent-Type: video/mp2t\r\nContent-Length: 1000\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            socket.setSoTimeout(20);
            Awaitility.await("an answer though bytes keep coming")
                    .pollInterval(Duration.ofMillis(100))
                    .until(() -> {
                        out.write('x');
                        out.flush();
                        return socket.getInputStream().available() > 0;
                    });
            assertThat(firstLine(socket)).contains("408");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"garbage", "video/"})
    void aMalformedAcceptHeaderIsInvalid(String accept) {
        problem(
                service.post("profile=720p", TestMedia.mpeg2())
                        .header("Accept", accept)
                        .build(),
                400,
                "invalid-request");
    }

    /** Some are refused before their body is read, some during it. */
    @Test
    void aClientThatDisconnectsWhileSendingIsNotLoggedAsAnError() throws Exception {
        String before = service.log();
        for (int n = 0; n < 100; n++) {
            try (HttpSocket socket = HttpSocket.open(service.api("/").getPort())) {
                socket.send("POST /api/v1/channels HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                        + "Content-Length: 1000\r\n\r\n{");
                Thread.sleep(n / 20);
            }
        }

        assertThat(RunningService.get(service.api("/api/v1/queue")).statusCode())
                .isEqualTo(200);
        assertThat(service.log().substring(before.length())).doesNotContain("unexpected");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/v1/transcodes?profile=720p", "/api/v1/telemetry/replays"})
    void aMalformedContentTypeIsAClientError(String path) {
        for (String type : List.of("", "video", "a/b;c=\"", "/")) {
            HttpRequest post = HttpRequest.newBuilder(service.api(path))
                    .header("Content-Type", type)
                    .POST(BodyPublishers.ofString("gpu"))
                    .build();

            assertThat(RunningService.send(post, BodyHandlers.ofString()).statusCode())
                    .as("\"%s\"", type)
                    .isIn(400, 415, 422);
        }
    }

    /** A resource ignores them; what ends streams, limits bodies and logs requests goes by the path. */
    @ParameterizedTest
    @ValueSource(strings = {"/live/demo/stream.ts;a", "/live/demo;a/audio.aac", "/api/v1/events;a=b", "/api/v1/queue;"})
    void aPathWithParametersDoesNotExist(String path) throws IOException {
        HttpRequest get = HttpRequest.newBuilder(service.api(path)).build();
        HttpResponse<InputStream> answer = RunningService.send(get, BodyHandlers.ofInputStream());
        try (InputStream body = answer.body()) {
            assertThat(answer.statusCode()).isEqualTo(404);
            assertThat(new String(body.readAllBytes(), StandardCharsets.UTF_8)).contains("\"not-found\"", "parameter");
        }
    }

    @Test
    void anUnsupportedMethodIsNotAllowed() {
        HttpResponse<String> answer = RunningService.send(
                HttpRequest.newBuilder(service.api("/api/v1/queue")).DELETE().build(), BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(405);
        assertThat(new JsonObject(answer.body()).getString("code")).isEqualTo("method-not-allowed");
    }

    @Test
    void aStalledBodyEndsTheRequest() throws IOException {
        try (Socket socket = connect()) {
            socket.getOutputStream()
                    .write(
                            "POST /api/v1/transcodes?profile=720p HTTP/1.1\r\nHost: localhost\r\nContent-Type: video/mp2t\r\nContent-Length: 1000\r\n\r\nabc"
                                    .getBytes(StandardCharsets.US_ASCII));
            socket.setSoTimeout((int) Patience.seconds(30).toMillis());
            assertThat(firstLine(socket)).contains("408");
        }
    }

    @Test
    void aWrongContentTypeIsUnsupported() {
        JsonObject problem = problem(
                HttpRequest.newBuilder(service.api("/api/v1/transcodes?profile=720p"))
                        .header("Content-Type", "text/plain")
                        .POST(BodyPublishers.ofString("{}"))
                        .build(),
                415,
                "unsupported-type");
        assertThat(problem.getString("detail")).contains("text/plain", "video/*");
    }

    @Test
    void aFormIsUnsupported() {
        problem(
                HttpRequest.newBuilder(service.api("/api/v1/transcodes?profile=720p"))
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(BodyPublishers.ofString("a=b"))
                        .build(),
                415,
                "unsupported-type");
    }

    @Test
    void anUnavailableMediaTypeIsNotAcceptable() {
        problem(
                service.post("profile=720p", TestMedia.mpeg2())
                        .header("Accept", "text/html")
                        .build(),
                406,
                "not-acceptable");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/v1/transcodes/00000000-0000-0000-0000-000000000000",
                "/api/v1/transcodes/..%2f..%2fetc%2fpasswd",
                "/api/v1/transcodes/%2e%2e/renditions/passwd",
                "/api/v1/transcodes/x/renditions/..%2finput",
                "/api/v1/transcodes/x/events",
                "/api/v1/nothing"
            })
    void unknownPathsAndIdsAreNotFound(String path) {
        problem(HttpRequest.newBuilder(service.api(path)).build(), 404, "not-found");
    }

    /** Sends a request, and returns the problem by which it has to be answered. */
    static JsonObject problem(HttpRequest request, int status, String code) {
        HttpResponse<String> answer = RunningService.send(request, BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type").orElse("")).startsWith("application/problem+json");
        JsonObject problem = new JsonObject(answer.body());
        assertThat(problem.getString("code")).isEqualTo(code);
        assertThat(problem.getInteger("status")).isEqualTo(status);
        assertThat(problem.getString("type")).isEqualTo("urn:xg2g:problem:" + code);
        assertThat(problem.getString("title")).isNotBlank();
        return problem;
    }

    private static Socket connect() throws IOException {
        return new Socket("127.0.0.1", service.api("/").getPort());
    }

    private static String firstLine(Socket socket) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = socket.getInputStream().read();
                c >= 0 && c != '\n';
                c = socket.getInputStream().read()) {
            line.append((char) c);
        }
        return line.toString();
    }
}
