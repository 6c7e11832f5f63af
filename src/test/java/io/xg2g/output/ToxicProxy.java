package io.xg2g.output;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** TCP proxy that can be slow, silent, or closed. */
public final class ToxicProxy implements AutoCloseable {
    private static final int SLOW_CHUNK = 1024;

    private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final int target;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private volatile boolean silent;
    private volatile int pauseMillis;

    public ToxicProxy(int target) throws IOException {
        this.target = target;
        Thread.ofVirtual().start(this::accept);
    }

    public int port() {
        return server.getLocalPort();
    }

    /** Forwards nothing any more, in both directions, and keeps the connections; new ones too. */
    public void silence(boolean value) {
        silent = value;
    }

    /** Waits before each kibibyte to the server. */
    public void slowDown(int millis) {
        pauseMillis = millis;
    }

    /** Closes all connections. */
    public void cut() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
        sockets.clear();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = server.accept();
                Socket upstream = new Socket(InetAddress.getLoopbackAddress(), target);
                sockets.add(client);
                sockets.add(upstream);
                Thread.ofVirtual().start(() -> forward(client, upstream, true));
                Thread.ofVirtual().start(() -> forward(upstream, client, false));
            }
        } catch (IOException closed) {
            // The test has ended.
        }
    }

    private void forward(Socket from, Socket to, boolean toServer) {
        byte[] buffer = new byte[SLOW_CHUNK];
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                while (silent && !from.isClosed()) {
                    Thread.sleep(10);
                }
                if (toServer && pauseMillis > 0) {
                    Thread.sleep(pauseMillis);
                }
                out.write(buffer, 0, read);
            }
        } catch (IOException | InterruptedException closed) {
            // Both sides are closed.
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        cut();
    }
}
