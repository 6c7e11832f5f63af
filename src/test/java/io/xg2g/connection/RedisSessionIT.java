package io.xg2g.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Vertx;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.xg2g.connection.ConnectionException.Kind;
import io.xg2g.schedule.Patience;
import io.xg2g.schedule.TimeSource;
import io.xg2g.service.Certificate;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Connections to a server in this process that answers while it is connected to (PING and SELECT), and nothing after that. */
class RedisSessionIT {
    private static final Duration TIMEOUT = Patience.seconds(30);
    private static final int CAPACITY = 3;

    private final Vertx vertx = Vertx.vertx();
    private final AtomicReference<NetSocket> accepted = new AtomicReference<>();

    @AfterEach
    void close() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
    }

    @Test
    void aServerThatDoesNotAnswerHoldsAtMostTheConfiguredNumberOfCalls() throws Exception {
        RedisSession session = connect("redis://127.0.0.1:" + listen(new NetServerOptions()), Optional.empty());
        List<CompletableFuture<@Nullable Response>> waiting = new ArrayList<>();
        for (int call = 0; call < CAPACITY; call++) {
            waiting.add(session.send(Request.cmd(Command.PING)));
        }

        // Calls of both kinds are refused at once, but for those that have a reserve.
        assertThatThrownBy(() -> session.send(List.of(Request.cmd(Command.PING)), new CompletableFuture<>()))
                .isInstanceOfSatisfying(
                        ConnectionException.class,
                        refused -> assertThat(refused.kind()).isEqualTo(Kind.BACKLOG));
        assertThat(failure(session.send(Request.cmd(Command.PING))).kind()).isEqualTo(Kind.BACKLOG);
        waiting.add(session.sendReserved(Request.cmd(Command.PING)));
        assertThat(waiting).noneMatch(CompletableFuture::isDone);

        // When the server goes away, all have an answer.
        accepted.get().close();
        for (CompletableFuture<@Nullable Response> call : waiting) {
            assertThat(failure(call).kind()).isEqualTo(Kind.CONNECTION_LOST);
        }
        assertThat(session.ended().get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS))
                .hasMessageContaining("the server closed the connection");
    }

    /** After a failover, while the old server keeps its connections. */
    @Test
    void aConnectionToAServerThatHasBecomeAReplicaEnds() throws Exception {
        RedisSession session = connect("redis://127.0.0.1:" + listen(new NetServerOptions()), Optional.empty());
        CompletableFuture<@Nullable Response> call = session.send(Request.cmd(Command.PING));

        accepted.get().write("-READONLY You can't write against a read only replica.\r\n");

        assertThat(failure(call).kind()).isEqualTo(Kind.REFUSED);
        assertThat(session.ended().get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS))
                .hasMessageContaining("the server has become a replica");
    }

    @Test
    void aCallThatIsNotAnsweredFailsAfterItsTimeout() throws Exception {
        RedisSession session = connect("redis://127.0.0.1:" + listen(new NetServerOptions()), Optional.empty());

        assertThatThrownBy(() -> session.call(Request.cmd(Command.PING), Duration.ofMillis(1)))
                .isInstanceOf(ConnectionException.class)
                .hasMessage("no answer within 1 ms");
    }

    @Test
    void onlyAuthoritiesOfTheFileAreTrusted(@TempDir Path directory) throws Exception {
        Certificate certificate = Certificate.make(directory);
        int port = listen(new NetServerOptions()
                .setSsl(true)
                .setKeyCertOptions(new PemKeyCertOptions()
                        .setCertPath(certificate.chain().toString())
                        .setKeyPath(certificate.key().toString())));
        String url = "rediss://localhost:" + port;

        assertThatThrownBy(() -> connect(url, Optional.empty())).isInstanceOf(ConnectionException.class);
        RedisSession trusted = connect(url, Optional.of(TrustedAuthorities.of("key", certificate.chain())));
        assertThat(trusted.ended()).isNotDone();
        trusted.close();
    }

    private static ConnectionException failure(CompletableFuture<?> call) throws Exception {
        return (ConnectionException)
                call.handle((_, failure) -> failure).get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    }

    private RedisSession connect(String url, Optional<TrustManager> trust) throws Exception {
        Endpoint endpoint = Endpoint.of("test.", Endpoint.Schemes.REDIS, url, Optional.empty(), Optional.empty());
        return new RedisConnector(vertx, new ConnectionSettings(endpoint, TIMEOUT, CAPACITY, trust), TimeSource.SYSTEM)
                .connect();
    }

    private int listen(NetServerOptions options) throws Exception {
        return vertx.createNetServer(options)
                .connectHandler(socket -> {
                    accepted.set(socket);
                    Iterator<String> answers = List.of("+PONG\r\n", "+OK\r\n").iterator();
                    socket.handler(_ -> {
                        if (answers.hasNext()) {
                            socket.write(answers.next());
                        }
                    });
                })
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get(60, TimeUnit.SECONDS)
                .actualPort();
    }
}
