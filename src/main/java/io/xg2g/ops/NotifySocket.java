package io.xg2g.ops;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Client of the notification socket of systemd: sd_notify(3). Java has no class for Unix domain datagram sockets;
 * therefore the functions of the C library of Linux are called, with the constants that all its platforms share.
 */
@SuppressWarnings("restricted") // Foreign functions, with the signatures of POSIX.
final class NotifySocket {
    static final FunctionDescriptor SOCKET = FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT);
    static final FunctionDescriptor SEND_TO =
            FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT);
    static final FunctionDescriptor CLOSE = FunctionDescriptor.of(JAVA_INT, JAVA_INT);

    /** All called functions; a native executable needs them at build time. */
    static final List<FunctionDescriptor> FUNCTIONS = List.of(SOCKET, SEND_TO, CLOSE);

    private static final short AF_UNIX = 1;
    private static final int SOCK_DGRAM = 2;
    private static final int SOCK_CLOEXEC = 0x80000;
    private static final int MSG_NOSIGNAL = 0x4000;

    /** Maximum length in {@code sun_path}, whose last byte stays zero. */
    private static final int MAX_PATH = 107;

    private final byte[] address;

    /**
     * Creates a client.
     *
     * @param name absolute path, or abstract name of Linux, which begins with {@code @}
     * @throws IllegalArgumentException if the name is neither, or is too long
     */
    NotifySocket(String name) {
        byte[] path = name.getBytes(StandardCharsets.UTF_8);
        if (path.length < 2 || path.length > MAX_PATH || (path[0] != '/' && path[0] != '@')) {
            throw new IllegalArgumentException("NOTIFY_SOCKET is \"" + name
                    + "\"; allowed is an absolute path or a name that begins with @, of up to " + MAX_PATH
                    + " bytes");
        }
        if (path[0] == '@') {
            path[0] = 0;
        }
        this.address = path;
    }

    /**
     * Sends one message.
     *
     * @throws IOException if it cannot be delivered
     */
    void send(String message) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            byte[] text = message.getBytes(StandardCharsets.UTF_8);
            MemorySegment to = arena.allocate(Short.BYTES + address.length);
            to.set(JAVA_SHORT, 0, AF_UNIX);
            MemorySegment.copy(address, 0, to, JAVA_BYTE, Short.BYTES, address.length);
            int socket = (int) function("socket", SOCKET).invokeExact((int) AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
            if (socket < 0) {
                throw new IOException("no socket available");
            }
            try {
                long sent = (long) function("sendto", SEND_TO)
                        .invokeExact(
                                socket, arena.allocateFrom(JAVA_BYTE, text), (long) text.length, MSG_NOSIGNAL, to, (int)
                                        to.byteSize());
                if (sent != text.length) {
                    throw new IOException("message not delivered");
                }
            } finally {
                int closed = (int) function("close", CLOSE).invokeExact(socket);
                assert closed == 0;
            }
        } catch (IOException | RuntimeException | Error failed) {
            throw failed;
        } catch (Throwable impossible) {
            throw new IllegalStateException("C functions throw no exceptions", impossible);
        }
    }

    private static MethodHandle function(String name, FunctionDescriptor descriptor) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), descriptor);
    }
}
