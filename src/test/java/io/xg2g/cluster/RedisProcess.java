package io.xg2g.cluster;

import io.vertx.core.Vertx;
import io.xg2g.connection.ConnectionSettings;
import io.xg2g.connection.Endpoint;
import io.xg2g.connection.TestServers;
import io.xg2g.http.ServerProcess;
import io.xg2g.schedule.Patience;
import io.xg2g.schedule.TimeSource;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Redis of Debian as a process, and connections of gateways to it. */
final class RedisProcess implements AutoCloseable {
    final ServerProcess server;

    /** Starts it. With {@code journal} it has its data again after it was killed. */
    RedisProcess(Path directory, boolean journal) throws IOException {
        server = TestServers.redis(directory, "--appendonly", journal ? "yes" : "no", "--appendfsync", "always");
        server.await();
    }

    /** Kills it, and starts it again after a time. */
    void restart(Duration after) throws InterruptedException {
        server.kill();
        Thread.sleep(after);
        server.start();
        server.await();
    }

    /** Returns a connection of a gateway, through a port. */
    static SharedRedis connection(Vertx vertx, int port) {
        Endpoint endpoint =
                new Endpoint("127.0.0.1", port, false, "", Optional.empty(), Optional.of(TestServers.PASSWORD));
        ConnectionSettings settings = new ConnectionSettings(endpoint, Patience.seconds(2), 10_000, Optional.empty());
        return new SharedRedis(Optional.of(new ClusterSettings.Redis(settings, "test:")), vertx, TimeSource.SYSTEM);
    }

    @Override
    public void close() {
        server.close();
    }
}
