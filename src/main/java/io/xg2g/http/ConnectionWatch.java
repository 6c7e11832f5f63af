package io.xg2g.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.util.AttributeKey;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Limits of one connection. It is closed at once if its client has too many, and later if it was idle for too long:
 * without a request in progress and a response being sent. A request counts from the end of its head, so that a client
 * that sends a head byte by byte is idle too.
 */
final class ConnectionWatch extends ChannelDuplexHandler {
    private static final Logger LOG = Logger.getLogger(ConnectionWatch.class);

    static final AttributeKey<@Nullable ConnectionWatch> KEY = AttributeKey.valueOf("xg2g.connection-watch");

    /**
     * Same as {@code quarkus.http.limits.max-concurrent-streams}, which applies only after the client has acknowledged
     * the settings.
     */
    static final int MAX_STREAMS = 100;

    /** Length of the connection preface in bytes: RFC 9113, section 3.4. */
    private static final int PREFACE = 24;

    /** Time for a client that is still sending the body of its request to read the response. */
    static final Duration LINGER = Duration.ofSeconds(5);

    /** First byte of an encrypted connection: RFC 8446, section 5.1. */
    private static final int TLS_HANDSHAKE = 22;

    private final Connections connections;

    private boolean decided;
    private boolean encrypted;
    private boolean hasStreams;
    private int seen;

    /** More than one with HTTP/2 or pipelining. */
    private final AtomicInteger requests = new AtomicInteger();

    /** Number of these that count as connections of their client. */
    private int counted;

    private volatile long idleSince;
    private volatile boolean bodyPending;
    private volatile Connections.@Nullable Client client;
    private @Nullable Future<?> check;

    ConnectionWatch(Connections connections) {
        this.connections = connections;
    }

    /**
     * Records that the head of a request was received. Of concurrent HTTP/2 streams, the first is covered by the
     * connection; each further one counts as a connection of its client. Called on the event loop of the connection, as
     * is {@link #ends}.
     *
     * @return whether the request may be processed; if so it counts until it {@linkplain #ends ends}
     */
    boolean begins(boolean stream) {
        hasStreams |= stream;
        Connections.Client peer = client;
        int now = requests.incrementAndGet();
        if (!stream || now == 1 || peer == null) {
            return true;
        }
        if (now > MAX_STREAMS || !connections.enterStream(peer)) {
            requests.decrementAndGet();
            return false;
        }
        counted++;
        return true;
    }

    /** Records that a request was answered, or its client has disconnected. */
    void ends() {
        idleSince = System.nanoTime();
        Connections.Client peer = client;
        if (requests.decrementAndGet() <= counted && counted > 0 && peer != null) {
            counted--;
            connections.leaveStream(peer);
        }
    }

    /** Records whether the request in progress has a body that has not been read to its end. */
    void bodyPending(boolean pending) {
        bodyPending = pending;
    }

    /**
     * Closes the connection later while a body is pending. The kernel resets a connection that is closed with bytes that nobody has
     * read, and a client that is still sending can then no longer read the response; Quarkus closes connections like that after each
     * response of its shutdown.
     */
    @Override
    public void close(ChannelHandlerContext context, ChannelPromise promise) {
        Runnable close = () -> {
            var _ = context.close(promise);
        };
        // Each time: Vert.x and Quarkus both close it.
        if (bodyPending) {
            var _ = context.executor().schedule(close, LINGER.toNanos(), TimeUnit.NANOSECONDS);
        } else {
            close.run();
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        if (context.channel().remoteAddress() instanceof InetSocketAddress remote) {
            Connections.Client peer =
                    connections.client(remote.getAddress(), context.channel().localAddress());
            if (!connections.enter(peer)) {
                var _ = context.close();
                return;
            }
            client = peer;
        }
        context.channel().attr(KEY).set(this);
        idleSince = System.nanoTime();
        scheduleCheck(context, connections.idleTimeout().toNanos());
        context.fireChannelActive();
    }

    /**
     * Has the HTTP/1 decoder {@linkplain StrictRequestDecoder replaced} before it has decoded anything. The first bytes
     * are passed on one by one until Vert.x has compared them with the HTTP/2 preface and selected the protocol. On an
     * encrypted connection it is selected at the end of the handshake, and the first decrypted bytes come with the next
     * read.
     */
    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ChannelPipeline pipeline = context.pipeline();
        if (decided || !(message instanceof ByteBuf bytes)) {
            context.fireChannelRead(message);
            return;
        }
        if (bytes.isReadable() && seen == 0 && bytes.getByte(bytes.readerIndex()) == TLS_HANDSHAKE) {
            encrypted = true;
        }
        if (encrypted) {
            decided = connections.replaceDecoder(pipeline);
            context.fireChannelRead(message);
            return;
        }
        try {
            while (!decided && bytes.isReadable()) {
                context.fireChannelRead(bytes.readRetainedSlice(1));
                seen++;
                decided = connections.replaceDecoder(pipeline) || seen == PREFACE;
            }
            if (bytes.isReadable()) {
                context.fireChannelRead(bytes.readRetainedSlice(bytes.readableBytes()));
            }
        } finally {
            bytes.release();
        }
    }

    /**
     * Lets the connection live when a write to an HTTP/2 stream fails that its client has reset. A response that is ended without a
     * handler has no promise of its own, so Netty reports the failure to the pipeline, and Vert.x would close the connection, with
     * all its other streams. The channel itself fails with other exceptions.
     */
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (hasStreams && isOfClosedStream(cause)) {
            LOG.debugf("write to an HTTP/2 stream failed: %s", cause.getMessage());
        } else {
            context.fireExceptionCaught(cause);
        }
    }

    /** Recognizes the failure by its text: Netty's encoder of HTTP/2 has no exceptions of its own for frames of closed streams. */
    private static boolean isOfClosedStream(Throwable cause) {
        return (cause instanceof IllegalStateException || cause instanceof IllegalArgumentException)
                && String.valueOf(cause.getMessage()).startsWith("Stream ");
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        Connections.Client peer = client;
        if (peer != null) {
            connections.leave(peer);
        }
        if (check != null) {
            check.cancel(false);
        }
        context.fireChannelInactive();
    }

    private void scheduleCheck(ChannelHandlerContext context, long nanos) {
        check = context.executor().schedule(() -> checkIdle(context), nanos, TimeUnit.NANOSECONDS);
    }

    private void checkIdle(ChannelHandlerContext context) {
        long timeout = connections.idleTimeout().toNanos();
        if (requests.get() > 0 || isSending(context.channel())) {
            scheduleCheck(context, timeout);
            return;
        }
        long left = timeout - (System.nanoTime() - idleSince);
        if (left > 0) {
            scheduleCheck(context, left);
        } else {
            connections.closedIdle();
            var _ = context.close();
        }
    }

    /** Returns whether bytes of a response are still to be sent: a request ends before that. */
    private static boolean isSending(Channel channel) {
        ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
        return buffer != null && buffer.totalPendingWriteBytes() > 0;
    }
}
