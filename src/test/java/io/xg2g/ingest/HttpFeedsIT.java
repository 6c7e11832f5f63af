package io.xg2g.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.vertx.core.Vertx;
import io.xg2g.ffmpeg.SourceKind;
import io.xg2g.schedule.Patience;
import io.xg2g.source.LoopbackSources;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Sources of a server on loopback. */
class HttpFeedsIT {
    private final Vertx vertx = Vertx.vertx();
    private HttpServer server;

    @BeforeEach
    void start() throws Exception {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void addressesOfAListReferToWhereItWasFound() throws Exception {
        server.createContext("/radio", exchange -> {
            exchange.getResponseHeaders().set("Location", "/lists/rock.m3u");
            exchange.sendResponseHeaders(302, -1);
            exchange.close();
        });
        server.createContext("/lists/rock.m3u", exchange -> {
            byte[] list = "#EXTM3U\n#EXTINF:-1,Rock\nrock.ts\n".getBytes();
            exchange.sendResponseHeaders(200, list.length);
            exchange.getResponseBody().write(list);
            exchange.close();
        });

        assertThat(open("/radio")).isEqualTo(new HttpFeeds.Opened.Stations(uri("/lists/rock.ts")));
    }

    @ParameterizedTest
    @CsvSource({"ftyp, true, HTTP_FILE", "ftyp, false, HTTP", "--frame, true, MJPEG"})
    void aResponseOfAnnouncedLengthIsARecording(String head, boolean announced, SourceKind kind) throws Exception {
        byte[] body = Arrays.copyOf((head + "isom").getBytes(StandardCharsets.US_ASCII), 4096);
        server.createContext("/video", exchange -> {
            exchange.sendResponseHeaders(200, announced ? body.length : 0);
            exchange.getResponseBody().write(body);
            exchange.close();
        });

        assertThat(open("/video")).isEqualTo(new HttpFeeds.Opened.Other(kind));
    }

    private HttpFeeds.Opened open(String path) throws Exception {
        URI source = uri(path);
        return new HttpFeeds(LoopbackSources.client(vertx))
                .open(LoopbackSources.policy().ofClient(source), source, Map.of(), Patience.seconds(10));
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
    }
}
