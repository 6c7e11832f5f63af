package io.xg2g.ops;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.schedule.Patience;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.awaitility.Awaitility;

/** What systemd is for a service: a socket of the Unix kind that takes datagrams. */
@SuppressWarnings("restricted") // The signatures are those of POSIX.
final class NotifyListener implements AutoCloseable {
    private static final int LONGEST = 4096;
    private static final int MSG_DONTWAIT = 0x40;

    private final int socket;

    /**
     * Starts listening.
     *
     * @param name a path, or an abstract name that begins with {@code @}
     */
    NotifyListener(String name) {
        byte[] path = name.replaceFirst("^@", "\0").getBytes(StandardCharsets.UTF_8);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment address = arena.allocate(2 + path.length);
            address.set(JAVA_SHORT, 0, (short) 1);
            MemorySegment.copy(path, 0, address, JAVA_BYTE, 2, path.length);
            socket = (int) call("socket", of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT), 1, 2, 0);
            assertThat(call("bind", of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT), socket, address, (int)
                            address.byteSize()))
                    .isEqualTo(0);
        }
    }

    /** Waits for the next message. */
    String next() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(LONGEST);
            long read = Awaitility.await("a message")
                    .atMost(Patience.seconds(60))
                    .pollInSameThread()
                    .pollInterval(Duration.ofMillis(20))
                    .until(() -> receive(buffer), n -> n >= 0);
            return new String(buffer.asSlice(0, read).toArray(JAVA_BYTE), StandardCharsets.UTF_8);
        }
    }

    private long receive(MemorySegment buffer) {
        return (long) call(
                "recv",
                of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT),
                socket,
                buffer,
                (long) LONGEST,
                MSG_DONTWAIT);
    }

    @Override
    public void close() {
        call("close", of(JAVA_INT, JAVA_INT), socket);
    }

    private static FunctionDescriptor of(MemoryLayout result, MemoryLayout... parameters) {
        return FunctionDescriptor.of(result, parameters);
    }

    private static Object call(String name, FunctionDescriptor shape, Object... arguments) {
        Linker linker = Linker.nativeLinker();
        try {
            return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), shape)
                    .invokeWithArguments(arguments);
        } catch (Throwable failed) {
            throw new AssertionError(failed);
        }
    }
}
