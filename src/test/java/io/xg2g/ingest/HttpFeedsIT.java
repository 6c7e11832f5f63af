package io.xg2g.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.vertx.core.Vertx;
import io.xg2g.schedule.Patience;
import io.xg2g.source.LoopbackSources;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

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
        URI source = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/radio");

        HttpFeeds.Opened opened = new HttpFeeds(LoopbackSources.client(vertx))
                .open(LoopbackSources.policy().ofClient(source), source, Map.of(), Patience.seconds(10));

        assertThat(opened).isEqualTo(new HttpFeeds.Opened.Stations(source.resolve("/lists/rock.ts")));
    }
}
