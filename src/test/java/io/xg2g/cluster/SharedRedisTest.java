package io.xg2g.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetServer;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.xg2g.connection.ConnectionKeeper;
import io.xg2g.connection.ConnectionSettings;
import io.xg2g.connection.Endpoint;
import io.xg2g.schedule.ManualTime;
import io.xg2g.schedule.Patience;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Connection to a Redis that takes commands and answers none after the log-in. */
class SharedRedisTest {
    private final Vertx vertx = Vertx.vertx();
    private final ManualTime time = new ManualTime();
    private final StringBuffer received = new StringBuffer();
    private final NetServer server = vertx.createNetServer()
            .connectHandler(socket -> socket.handler((Buffer commands) -> {
                boolean logsIn = !received.toString().toUpperCase(Locale.ROOT).contains("SELECT");
                received.append(commands);
                if (logsIn) {
                    socket.write("+OK\r\n");
                }
            }))
            .listen(0, "127.0.0.1")
            .toCompletionStage()
            .toCompletableFuture()
            .join();
    private final SharedRedis redis = new SharedRedis(
            Optional.of(new ClusterSettings.Redis(
                    new ConnectionSettings(
                            new Endpoint(
                                    "127.0.0.1", server.actualPort(), false, "", Optional.empty(), Optional.empty()),
                            Duration.ofSeconds(30),
                            1,
                            Optional.empty()),
                    "test:")),
            vertx,
            time);

    @AfterEach
    void close() {
        redis.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void whatKeepsAGatewayInTheClusterIsSentHoweverManyRequestsWait() {
        Members members = new TestMembers("a", redis, time).members;
        LeaseStore leases = new RedisLeases(redis);
        redis.start();
        await().atMost(Patience.seconds(30))
                .until(() ->
                        redis.state().filter(ConnectionKeeper.State::accepts).isPresent());
        CompletableFuture<?> waiting = redis.send(Request.cmd(Command.PING));

        assertThat(redis.send(Request.cmd(Command.PING))).isCompletedExceptionally();
        assertThat(leases.owners(List.of("channel:invented"))).isCompletedExceptionally();
        LeaseStore.Renewal lease = new LeaseStore.Renewal("channel:news", 7, true, "");
        CompletableFuture<?> renewed = leases.renew(List.of(lease), members.self());
        CompletableFuture<?> released = leases.release(lease, members.self());
        members.announce();

        await().atMost(Patience.seconds(30))
                .untilAsserted(() ->
                        assertThat(received).contains("test:lease:channel:news").contains("test:member:a"));
        assertThat(List.of(waiting, renewed, released)).noneMatch(CompletableFuture::isDone);
    }
}
