package io.xg2g.http;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.vertx.core.impl.VertxBuilder;
import io.vertx.core.impl.transports.JDKTransport;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.spi.VertxServiceProvider;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.ConfigProvider;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The listening socket that a service manager has passed as standard input (socket activation of systemd): the HTTP server of
 * {@code quarkus.http.host} with that port uses it instead of one of its own. The manager keeps it open while the
 * program is restarted, so that clients wait meanwhile, and are not refused. Vert.x loads this class as a service.
 *
 * <p>The start fails if that socket has another address: what is listened on is what the configuration says.
 */
public final class InheritedSocket implements VertxServiceProvider {
    private static final Logger LOG = Logger.getLogger(InheritedSocket.class);
    private static final String HOST = "quarkus.http.host";
    private static final String PORT = "quarkus.http.port";
    private static final String TLS_PORT = "quarkus.http.ssl-port";
    private static final Duration MOMENT = Duration.ofMillis(100);

    /** Address of the socket, and the channel of the server that uses it; a program has one of each at most. */
    private static volatile @Nullable InetSocketAddress inherited;

    private static volatile @Nullable Channel channel;

    @Override
    public void init(VertxBuilder builder) {
        find().ifPresent(socket -> {
            Config config = ConfigProvider.getConfig();
            InetSocketAddress address = addressOf(socket);
            inherited = address;
            check(
                    address,
                    config.getValue(HOST, String.class),
                    List.of(config.getValue(PORT, Integer.class), config.getValue(TLS_PORT, Integer.class)));
            builder.findTransport(new Inheriting(socket, address.getPort()));
        });
    }

    /** Fails if there is such a socket that no server uses: its connections would never be accepted. Called when all servers listen. */
    public static void requireUse() {
        InetSocketAddress unused = inherited;
        if (unused != null && channel == null) {
            throw new IllegalStateException(PORT + ": no server listens there for clients, but a socket of " + unused
                    + " was passed as standard input");
        }
    }

    /**
     * Accepts no further connections, if there is such a socket: they are left to the next process. Blocks for a moment, in which
     * those that were accepted send their requests.
     */
    public static void stopAccepting() {
        Channel listening = channel;
        if (listening == null) {
            return;
        }
        listening.accepts = false;
        listening.config().setAutoRead(false);
        try {
            Thread.sleep(MOMENT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Optional<ServerSocketChannel> find() {
        try {
            return System.inheritedChannel() instanceof ServerSocketChannel socket
                    ? Optional.of(socket)
                    : Optional.empty();
        } catch (IOException closed) {
            LOG.debug("standard input is no socket", closed);
            return Optional.empty();
        }
    }

    private static InetSocketAddress addressOf(ServerSocketChannel socket) {
        try {
            if (socket.getLocalAddress() instanceof InetSocketAddress address) {
                return address;
            }
            throw new IllegalStateException(
                    HOST + " is of TCP; the socket passed as standard input is " + socket.getLocalAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void check(InetSocketAddress socket, String host, List<Integer> ports) {
        if (!ports.contains(socket.getPort()) || !isSame(socket.getAddress(), host)) {
            throw new IllegalStateException(String.format(
                    Locale.ROOT,
                    "%s and %s are %s and %d, but the socket that was passed as standard input listens on %s and %d: change them,"
                            + " or ListenStream in the unit of the socket",
                    HOST,
                    PORT,
                    host,
                    ports.getFirst(),
                    socket.getAddress().getHostAddress(),
                    socket.getPort()));
        }
    }

    private static boolean isSame(InetAddress address, String host) {
        try {
            InetAddress configured = InetAddress.getByName(host);
            return configured.equals(address) || (configured.isAnyLocalAddress() && address.isAnyLocalAddress());
        } catch (UnknownHostException e) {
            return false;
        }
    }

    /** Has the server of one port use that socket. */
    private static final class Inheriting extends JDKTransport {
        private final ServerSocketChannel socket;
        private final int port;

        /** The port of the server that is started by this thread: Vert.x configures it, and creates its channel next. */
        private final ThreadLocal<Integer> starting = new ThreadLocal<>();

        Inheriting(ServerSocketChannel socket, int port) {
            this.socket = socket;
            this.port = port;
        }

        @Override
        public void configure(NetServerOptions options, boolean domainSocket, ServerBootstrap bootstrap) {
            super.configure(options, domainSocket, bootstrap);
            starting.set(options.getPort());
        }

        @Override
        public ChannelFactory<? extends ServerChannel> serverChannelFactory(boolean domainSocket) {
            Integer started = starting.get();
            starting.remove();
            return started != null && started == port
                    ? () -> new Channel(socket)
                    : super.serverChannelFactory(domainSocket);
        }
    }

    /** Is bound already, and leaves the socket open at its end. */
    private static final class Channel extends NioServerSocketChannel {
        private volatile boolean listens;
        private volatile boolean accepts = true;
        private volatile boolean closed;

        Channel(ServerSocketChannel socket) {
            super(socket);
        }

        @Override
        public boolean isOpen() {
            return !closed && super.isOpen();
        }

        @Override
        public boolean isActive() {
            return listens && super.isActive();
        }

        /** Netty would turn its own switch ({@code autoRead}) on again after an error. */
        @Override
        protected int doReadMessages(List<Object> accepted) throws Exception {
            return accepts ? super.doReadMessages(accepted) : 0;
        }

        @Override
        protected void doBind(SocketAddress address) {
            listens = true;
            channel = this;
        }

        @Override
        protected void doClose() {
            accepts = false;
            closed = true;
        }
    }
}
