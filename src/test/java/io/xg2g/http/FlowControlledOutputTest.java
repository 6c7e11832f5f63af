package io.xg2g.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class FlowControlledOutputTest {
    private static final int PIECE = 32 * 1024;

    private final BlockingQueue<Piece> written = new LinkedBlockingQueue<>();
    private final AtomicBoolean reset = new AtomicBoolean();
    private final AtomicBoolean ended = new AtomicBoolean();
    private final ByteArrayOutputStream head = new ByteArrayOutputStream();

    private record Piece(Buffer bytes, Promise<Void> taken) {}

    private FlowControlledOutput output(Duration patience) {
        HttpServerResponse response = (HttpServerResponse) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {HttpServerResponse.class},
                (_, method, arguments) -> switch (method.getName()) {
                    case "write" -> {
                        Promise<Void> taken = Promise.promise();
                        written.add(new Piece((Buffer) arguments[0], taken));
                        yield taken.future();
                    }
                    default -> throw new AssertionError(method);
                });
        return new FlowControlledOutput(head, response, patience, () -> reset.set(true), () -> ended.set(true));
    }

    @Test
    void aChunkIsWrittenWhenThePreviousOneWasSent() throws Exception {
        byte[] bytes = new byte[3 * PIECE + 100];
        new Random(15).nextBytes(bytes);
        FlowControlledOutput output = output(Duration.ofMinutes(1));
        CompletableFuture<Void> writer = new CompletableFuture<>();
        Thread.startVirtualThread(() -> {
            try {
                output.write(bytes);
                writer.complete(null);
            } catch (IOException e) {
                writer.completeExceptionally(e);
            }
        });

        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int i = 0; i < 3; i++) {
            Piece piece = written.take();
            assertThat(piece.bytes().length()).isEqualTo(i < 2 ? PIECE : 100);
            assertThat(written).as("in flight besides").isEmpty();
            assertThat(writer).isNotDone();
            all.writeBytes(piece.bytes().getBytes());
            piece.taken().complete();
        }
        writer.join();

        assertThat(head.toByteArray()).isEqualTo(Arrays.copyOf(bytes, PIECE));
        assertThat(all.toByteArray()).isEqualTo(Arrays.copyOfRange(bytes, PIECE, bytes.length));
    }

    @Test
    void aClientThatReadsNothingIsDisconnected() throws IOException {
        FlowControlledOutput output = output(Duration.ofMillis(1));
        output.write(new byte[10]);

        assertThatThrownBy(() -> output.write(new byte[10])).isInstanceOf(ClosedChannelException.class);

        assertThat(reset).isTrue();
        assertThat(ended).as("waited for the end of the response").isTrue();
    }

    @Test
    void aClosedConnectionEndsTheWriter() throws Exception {
        FlowControlledOutput output = output(Duration.ofMinutes(1));
        output.write(new byte[10]);
        Thread.startVirtualThread(() -> {
            try {
                Piece piece = written.take();
                assertThat(ended).isFalse();
                piece.taken().fail("closed");
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });

        assertThatThrownBy(() -> output.write(new byte[10])).isInstanceOf(ClosedChannelException.class);
        assertThat(ended).as("waited for the end of the response").isTrue();
    }
}
