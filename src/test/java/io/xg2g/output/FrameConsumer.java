package io.xg2g.output;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.Connection;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.proton.ProtonClient;
import io.vertx.proton.ProtonClientOptions;
import io.vertx.proton.ProtonConnection;
import io.vertx.proton.ProtonReceiver;
import io.xg2g.connection.TestServers;
import io.xg2g.schedule.Patience;
import java.io.IOException;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.apache.qpid.proton.amqp.messaging.Data;
import org.apache.qpid.proton.message.Message;
import org.awaitility.Awaitility;

/** Consumer that decodes every frame it gets, and compares it with where it came from. */
abstract class FrameConsumer implements AutoCloseable {
    final Set<TestFrame> received = ConcurrentHashMap.newKeySet();
    final Collection<AssertionError> wrong = new ConcurrentLinkedQueue<>();

    /** Decodes one. */
    final void consume(String camera, long sequence, byte[] jpeg) {
        try {
            long seen = TestFrame.sequenceIn(jpeg, camera);
            if (seen != sequence) {
                throw new AssertionError(camera + ": the picture of " + seen + " came as " + sequence);
            }
            received.add(new TestFrame(camera, sequence));
        } catch (AssertionError different) {
            wrong.add(different);
        }
    }

    /** Waits until all these have come. */
    void awaitAll(Set<TestFrame> frames) {
        Awaitility.await("frames")
                .atMost(Patience.seconds(30 + frames.size() / 500))
                .failFast(() -> assertThat(wrong).isEmpty())
                .until(() -> received.containsAll(frames));
    }

    @Override
    public abstract void close() throws IOException;

    /** Starts a consumer of all cameras. */
    static FrameConsumer start(Target target, OutputServers servers, Vertx vertx) throws Exception {
        return switch (target) {
            case REDIS -> new OfRedis(servers);
            case RABBITMQ -> new OfRabbit(servers.rabbit.port());
            case ARTEMIS -> new OfArtemis(vertx, servers.artemis.port(), "cameras.#");
        };
    }

    /** Reads what is stored from its start on. */
    private static final class OfRedis extends FrameConsumer {
        private final RespClient client;

        OfRedis(OutputServers servers) throws Exception {
            client = new RespClient(servers.redis.port());
            client.text("AUTH", OutputServers.PASSWORD);
            client.text("SELECT", "1");
            client.text("FLUSHDB");
        }

        @Override
        void awaitAll(Set<TestFrame> frames) {
            for (String key : client.keys("xg2g:frames:*")) {
                String[] parts = key.split(":");
                if (parts.length == 5) {
                    consume(parts[2], Long.parseLong(parts[4]), client.bytes("GET", key));
                }
            }
            super.awaitAll(frames);
        }

        @Override
        public void close() throws IOException {
            client.close();
        }
    }

    private static final class OfRabbit extends FrameConsumer {
        private final Connection connection;

        OfRabbit(int port) throws Exception {
            connection = RabbitFrames.consume(port, this::consume);
        }

        @Override
        public void close() {
            connection.abort(1000);
        }
    }

    /** Receives by AMQP 1.0 with a wildcard. */
    static final class OfArtemis extends FrameConsumer {
        private static final int CREDIT = 100;

        private final Context context;
        private final CompletableFuture<ProtonConnection> connected = new CompletableFuture<>();
        private final CompletableFuture<Void> subscribed = new CompletableFuture<>();
        private ProtonReceiver receiver;
        private boolean paused;

        OfArtemis(Vertx vertx, int port, String address) throws Exception {
            context = vertx.getOrCreateContext();
            context.runOnContext(_ -> ProtonClient.create(vertx)
                    .connect(
                            new ProtonClientOptions(),
                            "127.0.0.1",
                            port,
                            TestServers.USER,
                            OutputServers.PASSWORD,
                            result -> {
                                if (result.failed()) {
                                    subscribed.completeExceptionally(result.cause());
                                    return;
                                }
                                subscribe(result.result().open(), address);
                            }));
            subscribed.get(Patience.seconds(30).toMillis(), TimeUnit.MILLISECONDS);
        }

        private void subscribe(ProtonConnection connection, String address) {
            connected.complete(connection);
            receiver = connection.createReceiver(address);
            // Credit is given by hand, so that it can be withheld.
            receiver.setPrefetch(0);
            receiver.handler((_, message) -> receive(message));
            receiver.openHandler(opened -> {
                if (opened.succeeded()) {
                    receiver.flow(CREDIT);
                    subscribed.complete(null);
                } else {
                    subscribed.completeExceptionally(opened.cause());
                }
            });
            receiver.open();
        }

        /** Accepts nothing more after what has been asked for. */
        void pause() {
            context.runOnContext(_ -> paused = true);
        }

        void resume() {
            context.runOnContext(_ -> {
                paused = false;
                receiver.flow(CREDIT);
            });
        }

        private void receive(Message message) {
            if (!paused) {
                receiver.flow(1);
            }
            String address = message.getAddress();
            Object sequence = message.getApplicationProperties().getValue().get("sequence");
            byte[] body = ((Data) message.getBody()).getValue().getArray();
            consume(address.substring(address.lastIndexOf('.') + 1), (Long) sequence, body.clone());
        }

        @Override
        public void close() {
            ProtonConnection connection = connected.join();
            CompletableFuture<Void> closed = new CompletableFuture<>();
            context.runOnContext(_ -> {
                connection.disconnect();
                closed.complete(null);
            });
            closed.orTimeout(Patience.seconds(10).toSeconds(), TimeUnit.SECONDS).join();
        }
    }
}
