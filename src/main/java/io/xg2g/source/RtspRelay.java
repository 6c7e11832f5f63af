package io.xg2g.source;

import io.xg2g.schedule.TimeSource;
import io.xg2g.source.RtspReader.Unit;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Relay of one RTSP source: a port on loopback that is connected to the checked address, one connection at a time. A
 * redirect ends the connection. TLS of {@code rtsps} is terminated here, and the certificate has to match the host,
 * unless the operator has configured the source; the connection to the child on loopback is not encrypted. If the URL
 * has credentials, the relay authenticates, and the child does not see them. It reads the source's clock from the sender reports that
 * pass it.
 *
 * <p>Media over UDP does not pass the relay: the source sends it to this machine's address. So that the child sends its
 * packets to the checked address, responses name that one as the source of the media.
 */
public final class RtspRelay implements Relay {
    private static final Logger LOG = Logger.getLogger(RtspRelay.class);
    private static final int BUFFER = 32 * 1024;
    /** Pause after a failed connection, which limits the rate of retries. */
    private static final long PAUSE = Duration.ofMillis(100).toNanos();

    private static final byte[] PLAY = "PLAY ".getBytes(StandardCharsets.US_ASCII);

    private final ResolvedEndpoint endpoint;
    private final Duration timeout;
    private final boolean verified;
    private final boolean udp;
    private final Optional<Credentials> credentials;
    private final ServerSocket server = new ServerSocket(0, 1, InetAddress.ofLiteral(HOST));
    /** Connection to the source that was opened before the child connects. */
    private final AtomicReference<@Nullable Socket> preconnected = new AtomicReference<>();

    private final CompletableFuture<SourceNotAllowed> refused = new CompletableFuture<>();
    private volatile @Nullable Link link;
    private volatile SenderClock clock = new SenderClock();
    private volatile boolean closed;

    private RtspRelay(ResolvedEndpoint endpoint, Duration timeout, boolean verified, boolean udp) throws IOException {
        this.endpoint = endpoint;
        this.timeout = timeout;
        this.verified = verified;
        this.udp = udp;
        this.credentials = Credentials.of(endpoint.uri());
    }

    /**
     * Connects to the source, and opens a port for the child.
     *
     * @param timeout for each connection
     * @param verified whether the certificate of an {@code rtsps} source has to match its host
     * @param udp whether the child may ask for media over UDP
     * @throws IOException if the source does not accept the connection
     */
    public static RtspRelay open(ResolvedEndpoint endpoint, Duration timeout, boolean verified, boolean udp)
            throws IOException {
        RtspRelay relay = new RtspRelay(endpoint, timeout, verified, udp);
        try {
            relay.preconnected.set(relay.connect());
        } catch (IOException refused) {
            relay.close();
            throw refused;
        }
        Thread.ofVirtual().name("rtsp-relay").start(relay::serve);
        return relay;
    }

    @Override
    public URI address() {
        URI source = endpoint.uri();
        String path = source.getRawPath() == null ? "" : source.getRawPath();
        String query = source.getRawQuery() == null ? "" : "?" + source.getRawQuery();
        return URI.create("rtsp://" + HOST + ":" + server.getLocalPort() + path + query);
    }

    @Override
    public CompletableFuture<SourceNotAllowed> refused() {
        return refused.copy();
    }

    @Override
    public OptionalInt errorStatus() {
        return OptionalInt.empty();
    }

    @Override
    public OptionalLong clockOffset() {
        return clock.offset();
    }

    @Override
    public boolean isRecorded() {
        return false;
    }

    /** Connection of the child, and the one to the source. */
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
                    relay(open);
                }
            } catch (IOException gone) {
                LOG.debugf(gone, "relayed RTSP connection ended");
                LockSupport.parkNanos(PAUSE);
            }
        }
    }

    private Socket source() throws IOException {
        Socket first = preconnected.getAndSet(null);
        return first == null ? connect() : first;
    }

    private Socket connect() throws IOException {
        Socket plain = endpoint.connect(timeout);
        if (!endpoint.uri().getScheme().equalsIgnoreCase("rtsps")) {
            return plain;
        }
        try {
            return encrypted(plain);
        } catch (IOException untrusted) {
            plain.close();
            throw untrusted;
        }
    }

    private Socket encrypted(Socket plain) throws IOException {
        SSLSocketFactory factory = verified ? (SSLSocketFactory) SSLSocketFactory.getDefault() : Unverified.factory();
        SSLSocket secure = (SSLSocket) factory.createSocket(plain, endpoint.host(), endpoint.port(), true);
        if (verified) {
            SSLParameters parameters = secure.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            secure.setSSLParameters(parameters);
        }
        secure.setSoTimeout(Math.toIntExact(timeout.toMillis()));
        secure.startHandshake();
        secure.setSoTimeout(0);
        return secure;
    }

    private void relay(Link open) throws IOException {
        PlayWatch play = new PlayWatch();
        RtspLogin login = new RtspLogin(credentials, open.source().getOutputStream());
        Thread requests = Thread.ofVirtual().start(() -> {
            try (open) {
                relayRequests(open.child().getInputStream(), login, play);
            } catch (IOException ended) {
                LOG.tracef("child disconnected from the RTSP relay");
            }
        });
        try (open) {
            relayResponses(open, play, login);
        } finally {
            requests.interrupt();
        }
    }

    private void relayResponses(Link open, PlayWatch play, RtspLogin login) throws IOException {
        RedirectWatch watch = new RedirectWatch();
        SenderClock reports = new SenderClock();
        clock = reports;
        RtspReader reader = new RtspReader(open.source().getInputStream());
        OutputStream buffered = new BufferedOutputStream(open.child().getOutputStream(), BUFFER);
        for (Optional<Unit> unit = reader.next(); unit.isPresent(); unit = reader.next()) {
            byte[] bytes = unit.get().bytes();
            if (unit.get().isPacket()) {
                reports.packet(bytes, TimeSource.SYSTEM.instant());
            }
            if (login.isForClient(unit.get())) {
                if (!play.seen && watch.sees(bytes, bytes.length)) {
                    redirected();
                    return;
                }
                buffered.write(
                        udp
                                ? RtspTransportHeader.pinned(
                                        unit.get(), open.source().getInetAddress())
                                : bytes);
            }
            if (!reader.hasMore()) {
                buffered.flush();
            }
        }
        buffered.flush();
    }

    private void redirected() {
        refused.complete(new SourceNotAllowed("the source redirects to another address, which is not followed"));
    }

    private static void relayRequests(InputStream child, RtspLogin login, PlayWatch play) throws IOException {
        RtspReader reader = new RtspReader(child);
        for (Optional<Unit> unit = reader.next(); unit.isPresent(); unit = reader.next()) {
            byte[] bytes = unit.get().bytes();
            play.scan(bytes, bytes.length);
            login.forward(unit.get());
        }
    }

    /** Detects {@code PLAY} requests of the child; after that it follows no redirect. */
    private static final class PlayWatch {
        private int matched;
        volatile boolean seen;

        /** Scans the bytes, which follow those of the previous call. */
        void scan(byte[] bytes, int length) {
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

    /** Trust manager that accepts every certificate: cameras of operators have self-signed ones. */
    private static final class Unverified extends X509ExtendedTrustManager {
        static SSLSocketFactory factory() throws IOException {
            try {
                SSLContext context = SSLContext.getInstance("TLS");
                context.init(null, new TrustManager[] {new Unverified()}, null);
                return context.getSocketFactory();
            } catch (GeneralSecurityException unavailable) {
                throw new IOException("TLS not available", unavailable);
            }
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    @Override
    public void close() {
        closed = true;
        Link open = link;
        try (server;
                Socket _ = preconnected.get()) {
            if (open != null) {
                open.close();
            }
        } catch (IOException already) {
            LOG.tracef("RTSP relay closed already");
        }
    }
}
