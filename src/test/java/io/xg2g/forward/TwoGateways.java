package io.xg2g.forward;

import io.vertx.core.Vertx;
import java.net.http.HttpClient;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Two gateways that know each other; {@code b} owns the channel {@code news}. */
abstract class TwoGateways {
    final Vertx vertx = Vertx.vertx();
    final TestGateway a = new TestGateway(vertx, "a");
    final TestGateway b = new TestGateway(vertx, "b");
    final HttpClient client = HttpClient.newHttpClient();

    @BeforeEach
    void introduce() {
        for (TestGateway gateway : List.of(a, b)) {
            gateway.members.addAll(List.of(a.self, b.self));
            gateway.owns("channel:news", b.self);
        }
    }

    @AfterEach
    void close() {
        client.shutdownNow();
        a.close();
        b.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
