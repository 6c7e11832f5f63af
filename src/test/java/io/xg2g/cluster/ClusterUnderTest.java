package io.xg2g.cluster;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.xg2g.connection.ConnectionSettings;
import io.xg2g.connection.Endpoint;
import io.xg2g.schedule.TimeSource;
import java.time.Duration;
import java.util.Optional;

/** Settings of the members of a cluster in the process of a test. */
final class ClusterUnderTest {
    private static final String SECRET = "0123456789abcdef0123456789abcdef";

    private ClusterUnderTest() {}

    /** Settings of a member, which listens on any free port. */
    static ClusterSettings.Shared member(String name, String address, int brokerPort, String user, String password) {
        Endpoint broker = new Endpoint("127.0.0.1", brokerPort, false, "", Optional.of(user), Optional.of(password));
        return new ClusterSettings.Shared(
                name,
                "127.0.0.1",
                "127.0.0.1",
                0,
                SECRET,
                new ClusterSettings.Broker(
                        new ConnectionSettings(broker, Duration.ofSeconds(5), 100, Optional.empty()), address),
                Optional.empty());
    }

    /** Settings of a member without a broker. */
    static ClusterSettings.Shared member(String name) {
        return member(name, "slots", 1, "nobody", "none");
    }

    /** Starts a server of HTTP, which ends with Vert.x; returns its port. */
    static int serve(Vertx vertx, Handler<HttpServerRequest> handler) {
        return vertx.createHttpServer()
                .requestHandler(handler)
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .join()
                .actualPort();
    }

    static Signatures signatures(ClusterSettings.Shared shared) {
        return new Signatures(shared.name(), shared.secret(), TimeSource.SYSTEM);
    }
}
