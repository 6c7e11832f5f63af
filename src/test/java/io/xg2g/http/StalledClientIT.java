package io.xg2g.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.xg2g.schedule.Patience;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A real server, and a client that requests an endless response and never reads. */
class StalledClientIT {
    private static final Duration STALL = Duration.ofMillis(200);

    private final Vertx vertx = Vertx.vertx();
    private final CompletableFuture<Void> closed = new CompletableFuture<>();
    private final CompletableFuture<Exception> ended = new CompletableFuture<>();
    private HttpServer server;

    @BeforeEach
    void start() throws Exception {
        Router router = Router.router(vertx);
        router.route().handler(exchange -> {
            ResponseEnd.watch(exchange, null);
            exchange.request().connection().closeHandler(_ -> closed.complete(null));
            Thread.startVirtualThread(() -> respond(exchange));
        });
        server = vertx.createHttpServer(new HttpServerOptions().setSendBufferSize(64 * 1024))
                .requestHandler(router)
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get();
    }

    @AfterEach
    void stop() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private void respond(RoutingContext exchange) {
        HttpServerResponse response = exchange.response().setChunked(true);
        OutputStream head = new OutputStream() {
            @Override
            public void write(int b) {
                response.write(Buffer.buffer(new byte[] {(byte) b}));
            }
        };
        FlowControlledOutput output =
                new FlowControlledOutput(head, response, STALL, ResponseEnd.of(exchange)::abort, () -> {});
        try {
            output.write(0);
            for (byte[] bytes = new byte[64 * 1024]; ; ) {
                output.write(bytes);
            }
        } catch (IOException | RuntimeException stalled) {
            ended.complete(stalled);
        }
    }

    @Test
    void itsConnectionIsClosedThoughItHasNotReadWhatWasSent() throws Exception {
        try (Socket client = new Socket()) {
            client.setReceiveBufferSize(4 * 1024);
            client.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.actualPort()));
            client.getOutputStream()
                    .write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));

            assertThat(ended.get(Patience.seconds(60).toSeconds(), TimeUnit.SECONDS))
                    .isInstanceOf(ClosedChannelException.class);
            closed.get(Patience.seconds(20).toSeconds(), TimeUnit.SECONDS);

            assertThatThrownBy(() -> client.getInputStream().transferTo(OutputStream.nullOutputStream()))
                    .as("a reset, since not everything was sent")
                    .isInstanceOf(IOException.class);
        }
    }
}
