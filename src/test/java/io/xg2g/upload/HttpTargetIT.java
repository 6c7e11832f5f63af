package io.xg2g.upload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.xg2g.schedule.Patience;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The client of upload targets, against real servers. */
class HttpTargetIT {
    private static final StoredObject SEGMENT =
            new StoredObject("tv/720p/1.m4s", "a segment".getBytes(StandardCharsets.UTF_8));

    @TempDir
    Path directory;

    @ParameterizedTest
    @EnumSource
    void objectsAreStoredReadReplacedAndDeleted(TargetServer.Kind kind) throws Exception {
        try (TargetServer server = TargetServer.start(kind, directory);
                HttpTarget target = server.target(server.port())) {
            assertThat(target.exists(SEGMENT.name())).isFalse();
            assertThat(target.get(SEGMENT.name())).isEmpty();

            target.put(SEGMENT);
            StoredObject again = new StoredObject(SEGMENT.name(), "another".getBytes(StandardCharsets.UTF_8));
            assertThat(target.get(SEGMENT.name())).contains(SEGMENT.bytes());
            target.put(again);

            assertThat(target.exists(SEGMENT.name())).isTrue();
            assertThat(target.get(SEGMENT.name())).contains(again.bytes());
            target.delete(SEGMENT.name());
            target.delete(SEGMENT.name());
            assertThat(target.exists(SEGMENT.name())).isFalse();
        }
    }

    @Test
    void aBucketRefusesAnotherSecret() throws Exception {
        try (TargetServer server = TargetServer.start(TargetServer.Kind.S3PROXY, directory)) {
            UploadSettings.Address address = new UploadSettings.Address(
                    URI.create("http://127.0.0.1:" + server.port() + "/live-tv/"),
                    Optional.empty(),
                    Optional.of(new UploadSettings.S3Keys("uploader", "wrong", "us-east-1")));
            try (HttpTarget target = HttpTarget.at(address, Patience.seconds(20))) {
                assertThatThrownBy(() -> target.put(SEGMENT))
                        .isInstanceOfSatisfying(
                                TargetException.class,
                                failure -> assertThat(failure.kind()).isEqualTo(TargetException.Kind.DENIED));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "720p/1.m4s, video/mp4, 'public, max-age=31536000, immutable'",
        "audio/1.m4s, audio/mp4, 'public, max-age=31536000, immutable'",
        "720p/media.m3u8, application/vnd.apple.mpegurl, no-cache"
    })
    void aBucketKeepsTypeAndCaching(String name, String type, String caching) throws Exception {
        try (TargetServer server = TargetServer.start(TargetServer.Kind.S3PROXY, directory);
                HttpTarget target = server.target(server.port())) {
            target.put(new StoredObject("tv/" + name, SEGMENT.bytes()));

            URI uri = URI.create("http://127.0.0.1:" + server.port() + "/live-tv/a/b/tv/" + name);
            UploadSettings.S3Keys keys = TestUploadConfig.of(Map.of(
                            "s3.bucket", "live-tv", "s3.access-key", "uploader", "s3.secret-key", "0123456789abcdef"))
                    .target()
                    .orElseThrow()
                    .keys()
                    .orElseThrow();
            HttpRequest.Builder request = HttpRequest.newBuilder(uri);
            new S3Signer(keys).sign("GET", uri, Map.of(), RequestBody.NONE).forEach((header, value) -> {
                if (!header.equalsIgnoreCase("Host")) {
                    request.header(header, value);
                }
            });
            try (HttpClient http = HttpClient.newHttpClient()) {
                HttpResponse<byte[]> response = http.send(request.build(), BodyHandlers.ofByteArray());
                assertThat(response.statusCode()).isEqualTo(200);
                assertThat(response.headers().firstValue("Content-Type")).contains(type);
                assertThat(response.headers().firstValue("Cache-Control")).contains(caching);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"username, me, Basic bWU6aHVzaA==", "token, abc, Bearer abc"})
    void anHttpServerGetsTheCredentials(String key, String value, String expected) throws Exception {
        CompletableFuture<String> received = new CompletableFuture<>();
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            received.complete(exchange.getRequestHeaders().getFirst("Authorization"));
            exchange.sendResponseHeaders(201, -1);
            exchange.close();
        });
        server.start();
        String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/";
        Map<String, String> keys = key.equals("token")
                ? Map.of("url", url, "token", value)
                : Map.of("url", url, "username", value, "password", "hush");
        try (HttpTarget target =
                HttpTarget.at(TestUploadConfig.of(keys).target().orElseThrow(), Patience.seconds(20))) {
            target.put(SEGMENT);
            assertThat(received).isCompletedWithValue(expected);
        } finally {
            server.stop(0);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aLargeFileIsStoredInANewDirectory(TargetServer.Kind kind) throws Exception {
        byte[] content = new byte[(5 << 20) + 1];
        new Random(7).nextBytes(content);
        Path file = Files.write(directory.resolve("720p.mp4"), content);
        try (TargetServer server = TargetServer.start(kind, directory.resolve("server"));
                HttpTarget target = server.target(server.port())) {
            StoredFile object = new StoredFile("vod/news/720p.mp4", file, "video/mp4", "no-cache");

            target.put(object);
            target.put(object);

            assertThat(server.files().resolve("vod/news/720p.mp4")).hasBinaryContent(content);
        }
    }

    /** The server reads a part of the body in each interval; its whole takes longer than the timeout. */
    @ParameterizedTest
    @Tag("nightly")
    @CsvSource({"true", "false"})
    void theTimeoutOfAFileIsThatOfItsProgress(boolean reads) throws Exception {
        Path file = Files.write(directory.resolve("720p.mp4"), new byte[32 << 20]);
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        CompletableFuture<Void> end = new CompletableFuture<>();
        server.createContext("/", exchange -> {
            if (exchange.getRequestMethod().equals("PUT")) {
                while (reads && exchange.getRequestBody().readNBytes(4 << 20).length > 0) {
                    LockSupport.parkNanos(Patience.seconds(2).toNanos() / 4);
                }
                if (!reads) {
                    end.join();
                }
            }
            exchange.sendResponseHeaders(201, -1);
            exchange.close();
        });
        server.start();
        String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/";
        try (HttpTarget target =
                HttpTarget.at(TestUploadConfig.of(Map.of("url", url)).target().orElseThrow(), Patience.seconds(2))) {
            StoredFile object = new StoredFile("vod/720p.mp4", file, "video/mp4", "no-cache");
            if (reads) {
                target.put(object);
            } else {
                assertThatThrownBy(() -> target.put(object))
                        .isInstanceOfSatisfying(
                                TargetException.class,
                                failure -> assertThat(failure.kind()).isEqualTo(TargetException.Kind.TIMEOUT));
            }
        } finally {
            end.complete(null);
            server.stop(0);
        }
    }

    @Test
    void aServerThatNeverAnswersIsLeft() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
                HttpTarget target = HttpTarget.at(
                        new UploadSettings.Address(
                                URI.create("http://127.0.0.1:" + silent.getLocalPort() + "/"),
                                Optional.empty(),
                                Optional.empty()),
                        Duration.ofSeconds(1))) {
            assertThatThrownBy(() -> target.put(SEGMENT))
                    .isInstanceOfSatisfying(
                            TargetException.class,
                            failure -> assertThat(failure.kind()).isEqualTo(TargetException.Kind.TIMEOUT));
        }
    }

    /** Others are about the object, and are not tried again. */
    @ParameterizedTest
    @CsvSource({
        "AuthorizationHeaderMalformed, MISCONFIGURED",
        "ExpiredToken, DENIED",
        "RequestTimeout, TIMEOUT",
        "IncompleteBody, TIMEOUT",
        "InvalidDigest, REFUSED",
        "'', REFUSED"
    })
    void aBadRequestOfS3IsKnownByItsCode(String code, TargetException.Kind kind) {
        byte[] body =
                ("<?xml version=\"1.0\"?><Error><Code>" + code + "</Code></Error>").getBytes(StandardCharsets.UTF_8);

        assertThat(TargetException.of("PUT a", 400, body).kind()).isEqualTo(kind);
        assertThat(TargetException.of("PUT a", 403, body).kind()).isEqualTo(TargetException.Kind.DENIED);
    }
}
