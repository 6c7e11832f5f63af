package io.xg2g.cluster;

import io.vertx.core.Vertx;
import io.xg2g.connection.ConnectionKeeper;
import io.xg2g.schedule.Patience;
import io.xg2g.storage.TemporaryDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;

/** Redis of Debian with connections of several gateways, for tests of other packages. */
public final class RealRedis implements AutoCloseable {
    private final Vertx vertx = Vertx.vertx();
    private final List<SharedRedis> connections = new ArrayList<>();
    private final Path directory;
    private final RedisProcess process;

    /** Starts it, and waits until it listens. */
    public RealRedis() throws IOException {
        directory = TemporaryDirectory.create("xg2g-redis");
        process = new RedisProcess(directory, false);
    }

    /** Returns the connection of a further gateway, when it is established. */
    public SharedRedis connect() {
        SharedRedis connection = RedisProcess.connection(vertx, process.server.port());
        connections.add(connection);
        connection.start();
        awaitConnected(connection);
        return connection;
    }

    /** Waits until a connection is established. */
    public void awaitConnected(SharedRedis connection) {
        Awaitility.await()
                .atMost(Patience.seconds(30))
                .until(() -> connection
                        .state()
                        .filter(ConnectionKeeper.State::accepts)
                        .isPresent());
    }

    /** Kills it. */
    public void kill() {
        process.server.kill();
        connections.forEach(connection -> Awaitility.await()
                .atMost(Patience.seconds(30))
                .until(() ->
                        connection.state().filter(state -> !state.accepts()).isPresent()));
    }

    /** Stops it without an end of its connections, so that it answers nothing. */
    public void pause() {
        process.server.pause();
    }

    /** Starts it again without its data. */
    public void restart() throws InterruptedException {
        process.restart(Duration.ZERO);
        connections.forEach(this::awaitConnected);
    }

    @Override
    public void close() {
        connections.forEach(SharedRedis::close);
        process.close();
        TemporaryDirectory.delete(directory);
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
