package io.xg2g.source;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * What a child process reads an RTSP source through: a port on loopback that is connected to the checked address, for one
 * connection at a time. A redirect ends the connection. For {@code rtsps} the encryption ends here, and the certificate
 * has to be the host's; what lies between here and the child is this machine's loopback.
 */
public final class RtspRelay implements Relay {
    private static final Logger LOG = Logger.getLogger(RtspRelay.class);
    private static final int BUFFER = 32 * 1024;
    /** After a connection, so that one that fails at once is not tried without end. */
    private static final long PAUSE = Duration.ofMillis(100).toNanos();

    private static final byte[] PLAY = "PLAY ".getBytes(StandardCharsets.US_ASCII);

    private final Destination destination;
    private final Duration timeout;
    private final ServerSocket server = new ServerSocket(0, 1, InetAddress.ofLiteral(HOST));
    /** The connection that is there before its child. */
    private final AtomicReference<@Nullable Socket> ahead = new AtomicReference<>();

    private final CompletableFuture<SourceNotAllowed> refused = new CompletableFuture<>();
    private volatile @Nullable Link link;
    private volatile boolean closed;

    private RtspRelay(Destination destination, Duration timeout) throws IOException {
        this.destination = destination;
        this.timeout = timeout;
    }

    /**
     * Connects to the source, and opens a port for the child.
     *
     * @param timeout how long a connection may take
     * @throws IOException if the source does not take the connection
     */
    public static RtspRelay open(Destination destination, Duration timeout) throws IOException {
        RtspRelay relay = new RtspRelay(destination, timeout);
        try {
            relay.ahead.set(connect(destination, timeout));
        } catch (IOException refused) {
            relay.close();
            throw refused;
        }
        Thread.ofVirtual().name("rtsp-relay").start(relay::serve);
        return relay;
    }

    @Override
    public URI address() {
        URI source = destination.uri();
        String user = source.getRawUserInfo() == null ? "" : source.getRawUserInfo() + "@";
        String path = source.getRawPath() == null ? "" : source.getRawPath();
        String query = source.getRawQuery() == null ? "" : "?" + source.getRawQuery();
        return URI.create("rtsp://" + user + HOST + ":" + server.getLocalPort() + path + query);
    }

    @Override
    public CompletableFuture<SourceNotAllowed> refused() {
        return refused.copy();
    }

    /** One connection from the child, and the one to the source. */
    private record Link(Socket child, Socket source) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            try (child) {
                source.close();
            }
        }
    }

    private void serve() {
        while (!closed) {
            try (Socket child = server.accept();
                    Link open = new Link(child, source())) {
                link = open;
                if (!closed) {
                    carry(open);
                }
            } catch (IOException gone) {
                LOG.debugf(gone, "a connection through the RTSP relay ended");
                LockSupport.parkNanos(PAUSE);
            }
        }
    }

    private Socket source() throws IOException {
        Socket first = ahead.getAndSet(null);
        return first == null ? connect(destination, timeout) : first;
    }

    private static Socket connect(Destination destination, Duration timeout) throws IOException {
        Socket plain = destination.connect(timeout);
        if (!destination.uri().getScheme().equalsIgnoreCase("rtsps")) {
            return plain;
        }
        try {
            return encrypted(plain, destination, timeout);
        } catch (IOException untrusted) {
            plain.close();
            throw untrusted;
        }
    }

    private static Socket encrypted(Socket plain, Destination destination, Duration timeout) throws IOException {
        SSLSocketFactory factory = (SSLSocketFactory) SSLSocketFactory.getDefault();
        SSLSocket secure = (SSLSocket) factory.createSocket(plain, destination.host(), destination.port(), true);
        SSLParameters parameters = secure.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        secure.setSSLParameters(parameters);
        secure.setSoTimeout(Math.toIntExact(timeout.toMillis()));
        secure.startHandshake();
        secure.setSoTimeout(0);
        return secure;
    }

    private void carry(Link open) throws IOException {
        PlayWatch play = new PlayWatch();
        Thread requests = Thread.ofVirtual().start(() -> {
            try (open) {
                copy(open.child().getInputStream(), open.source().getOutputStream(), play);
            } catch (IOException ended) {
                LOG.tracef("the child has left the RTSP relay");
            }
        });
        try (open) {
            answers(open.source().getInputStream(), open.child().getOutputStream(), play);
        } finally {
            requests.interrupt();
        }
    }

    private void answers(InputStream source, OutputStream child, PlayWatch play) throws IOException {
        RedirectWatch watch = new RedirectWatch();
        byte[] buffer = new byte[BUFFER];
        for (int n = source.read(buffer); n >= 0; n = source.read(buffer)) {
            if (!play.seen && watch.sees(buffer, n)) {
                refused.complete(
                        new SourceNotAllowed("the source redirects to another address, which is not followed"));
                return;
            }
            child.write(buffer, 0, n);
        }
    }

    private static void copy(InputStream child, OutputStream source, PlayWatch play) throws IOException {
        byte[] buffer = new byte[BUFFER];
        for (int n = child.read(buffer); n >= 0; n = child.read(buffer)) {
            play.look(buffer, n);
            source.write(buffer, 0, n);
        }
    }

    /** Whether the child has asked to play, from where on it follows no redirect. */
    private static final class PlayWatch {
        private int matched;
        volatile boolean seen;

        /** Looks for the request in what follows the call before. */
        void look(byte[] bytes, int length) {
            for (int i = 0; i < length && !seen; i++) {
                if (bytes[i] == '\n') {
                    matched = 0;
                } else if (matched >= 0) {
                    matched = bytes[i] == PLAY[matched] ? matched + 1 : -1;
                    seen = matched == PLAY.length;
                }
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        Link open = link;
        try (server;
                Socket _ = ahead.get()) {
            if (open != null) {
                open.close();
            }
        } catch (IOException already) {
            LOG.tracef("the RTSP relay was closed already");
        }
    }
}
