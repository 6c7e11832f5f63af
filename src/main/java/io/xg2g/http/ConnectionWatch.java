package io.xg2g.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
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

    private final Connections connections;

    /** More than one in HTTP/2, or where a client does not await the answer before it asks again. */
    private final AtomicInteger requests = new AtomicInteger();

    private volatile long idleSince;
    private @Nullable InetAddress client;
    private @Nullable Future<?> check;

    ConnectionWatch(Connections connections) {
        this.connections = connections;
    }

    /** A request's head is here. */
    void begins() {
        requests.incrementAndGet();
    }

    /** A request was answered, or its client has left. */
    void ends() {
        idleSince = System.nanoTime();
        requests.decrementAndGet();
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

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        if (client != null) {
            connections.leave(client);
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
