package io.xg2g.receiver;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.xg2g.http.FreePort;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;

/** Loopback port that listens or refuses; each connection has a virtual thread. */
final class SimulatedPort implements AutoCloseable {

    /** Handles one request; the connection is closed afterwards. */
    interface Handler {
        void handle(Connection connection, String request) throws IOException, InterruptedException;
    }

    /** A connection that can detect a disconnect of the client. */
    static final class Connection {
        private final Socket socket;
        private final CountDownLatch left = new CountDownLatch(1);

        private Connection(Socket socket) {
            this.socket = socket;
        }

        Socket socket() {
            return socket;
        }

        /** Waits until the client has closed its end. */
        void awaitEnd() throws InterruptedException {
            left.await();
        }

        void close() {
            try {
                socket.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private final Handler handler;
    private final Set<Connection> open = ConcurrentHashMap.newKeySet();
    private final int number;
    private ServerSocket server;

    SimulatedPort(Handler handler) {
        this.handler = handler;
        this.number = FreePort.any();
        this.server = bind(number);
        Thread.ofVirtual().start(this::accept);
    }

    int number() {
        return number;
    }

    /** Refuses new connections; open ones are kept. */
    synchronized void refuse() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Accepts connections again. */
    synchronized void listen() {
        if (server.isClosed()) {
            server = bind(number);
            Thread.ofVirtual().start(this::accept);
        }
    }

    /** Ends every connection. */
    void cut() {
        open.forEach(Connection::close);
    }

    @Override
    public void close() {
        refuse();
        cut();
    }

    private static ServerSocket bind(int port) {
        try {
            ServerSocket socket = new ServerSocket();
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return socket;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void accept() {
        ServerSocket listening;
        synchronized (this) {
            listening = server;
        }
        while (!listening.isClosed()) {
            try {
                Connection connection = new Connection(listening.accept());
                open.add(connection);
                Thread.ofVirtual().start(() -> serve(connection));
            } catch (IOException e) {
                return; // closed
            }
        }
    }

    private void serve(Connection connection) {
        try (Socket socket = connection.socket) {
            InputStream in = socket.getInputStream();
            StringBuilder request = new StringBuilder();
            while (request.indexOf("\r\n\r\n") < 0) {
                int octet = in.read();
                if (octet < 0) {
                    return;
                }
                request.append((char) octet);
            }
            Thread.ofVirtual().start(() -> awaitEnd(connection, in));
            handler.handle(connection, request.toString());
        } catch (IOException e) {
            // The client has disconnected.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            open.remove(connection);
        }
    }

    private static void awaitEnd(Connection connection, InputStream in) {
        try {
            in.transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            // A reset is an end too.
        } finally {
            connection.left.countDown();
        }
    }

    /** Head of a response without a length. */
    static byte[] head(int status, String type) {
        return "HTTP/1.0 %d %s\r\nConnection: close\r\nContent-Type: %s\r\nServer: streamserver\r\n\r\n"
                .formatted(status, status == 200 ? "OK" : "No", type)
                .getBytes(ISO_8859_1);
    }
}
