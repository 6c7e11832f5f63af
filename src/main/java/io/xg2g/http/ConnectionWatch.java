package io.xg2g.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPipeline;
import io.netty.util.AttributeKey;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One connection. It is closed at once where its client has too many, and later where it is idle for too long: with no
 * request to answer and no answer on its way. A request counts when its head is whole, so that sending a head byte by byte
 * is silence too.
 */
final class ConnectionWatch extends ChannelInboundHandlerAdapter {
    static final AttributeKey<@Nullable ConnectionWatch> KEY = AttributeKey.valueOf("xg2g.connection-watch");

    /** As {@code quarkus.http.limits.max-concurrent-streams}, which binds only a client that acknowledges the settings. */
    static final int MOST_STREAMS = 100;

    /** RFC 9113, section 3.4: bytes of the preface. */
    private static final int PREFACE = 24;

    /** RFC 8446, section 5.1: the first byte of a connection that is encrypted. */
    private static final int TLS_HANDSHAKE = 22;

    private final Connections connections;

    private boolean decided;
    private boolean encrypted;
    private int seen;

    /** More than one in HTTP/2, or where a client does not await the answer before it asks again. */
    private final AtomicInteger requests = new AtomicInteger();

    /** Those of them that count as connections of their client. */
    private int counted;

    private volatile long idleSince;
    private volatile @Nullable InetAddress client;
    private @Nullable Future<?> check;

    ConnectionWatch(Connections connections) {
        this.connections = connections;
    }

    /**
     * A request's head is here. Of several at once that are streams of HTTP/2 the first comes with the connection; each further
     * one counts as a connection of its client. Called on the connection's event loop, as is {@link #ends}.
     *
     * @return whether it may be answered; if so it counts until it {@linkplain #ends ends}
     */
    boolean begins(boolean stream) {
        InetAddress peer = client;
        int now = requests.incrementAndGet();
        if (!stream || now == 1 || peer == null) {
            return true;
        }
        if (now > MOST_STREAMS || !connections.enterStream(peer)) {
            requests.decrementAndGet();
            return false;
        }
        counted++;
        return true;
    }

    /** A request was answered, or its client has left. */
    void ends() {
        idleSince = System.nanoTime();
        InetAddress peer = client;
        if (requests.decrementAndGet() <= counted && counted > 0 && peer != null) {
            counted--;
            connections.leaveStream(peer);
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        if (context.channel().remoteAddress() instanceof InetSocketAddress remote) {
            InetAddress peer = remote.getAddress();
            if (!connections.enter(peer)) {
                var _ = context.close();
                return;
            }
            client = peer;
        }
        context.channel().attr(KEY).set(this);
        idleSince = System.nanoTime();
        checkIn(context, connections.idleTimeout().toNanos());
        context.fireChannelActive();
    }

    /**
     * Has the decoder of HTTP/1 {@linkplain StrictRequestDecoder replaced} before it has decoded anything. The first bytes come
     * one by one until Vert.x has compared them with the preface of HTTP/2 and chosen by them. Where they are encrypted it has
     * chosen when the handshake is over, and the first bytes behind it come with the next read.
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

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        InetAddress peer = client;
        if (peer != null) {
            connections.leave(peer);
        }
        if (check != null) {
            check.cancel(false);
        }
        context.fireChannelInactive();
    }

    private void checkIn(ChannelHandlerContext context, long nanos) {
        check = context.executor().schedule(() -> look(context), nanos, TimeUnit.NANOSECONDS);
    }

    private void look(ChannelHandlerContext context) {
        long timeout = connections.idleTimeout().toNanos();
        if (requests.get() > 0 || isSending(context.channel())) {
            checkIn(context, timeout);
            return;
        }
        long left = timeout - (System.nanoTime() - idleSince);
        if (left > 0) {
            checkIn(context, left);
        } else {
            connections.silent();
            var _ = context.close();
        }
    }

    /** An answer counts as given before all of it has been sent. */
    private static boolean isSending(Channel channel) {
        ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
        return buffer != null && buffer.totalPendingWriteBytes() > 0;
    }
}
