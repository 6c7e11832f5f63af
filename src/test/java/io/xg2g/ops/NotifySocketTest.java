package io.xg2g.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.xg2g.gpu.Downcalls;
import java.io.IOException;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Delivery of messages to sockets with path names and abstract names. */
class NotifySocketTest {
    @TempDir
    Path directory;

    @Test
    void aSocketIsFoundByItsPath() throws Exception {
        String path = directory.resolve("notify").toString();
        try (NotifyListener systemd = new NotifyListener(path)) {
            NotifySocket socket = new NotifySocket(path);

            socket.send("READY=1");
            socket.send("STATUS=größer");

            assertThat(systemd.next()).isEqualTo("READY=1");
            assertThat(systemd.next()).isEqualTo("STATUS=größer");
        }
    }

    @Test
    void aSocketIsFoundByItsAbstractName() throws Exception {
        String name = "@xg2g-" + UUID.randomUUID();
        try (NotifyListener systemd = new NotifyListener(name)) {
            new NotifySocket(name).send("READY=1");

            assertThat(systemd.next()).isEqualTo("READY=1");
        }
    }

    @Test
    void aMissingSocketIsReported() {
        NotifySocket socket = new NotifySocket(directory.resolve("nobody").toString());

        assertThatThrownBy(() -> socket.send("READY=1"))
                .isInstanceOf(IOException.class)
                .hasMessage("message not delivered");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "@", "/", "relative", "vsock:2:1234"})
    void anInvalidNameIsRefused(String name) {
        assertThatThrownBy(() -> new NotifySocket(name)).hasMessageContaining("NOTIFY_SOCKET is \"" + name + "\"");
    }

    @Test
    void everySignatureIsRegisteredForTheNativeExecutable() throws IOException {
        assertThat(NotifySocket.FUNCTIONS.stream().map(Downcalls::text)).isSubsetOf(Downcalls.registered());
    }
}
