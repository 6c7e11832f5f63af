package io.xg2g.http;

import io.netty.bootstrap.ChannelInitializerExtension;
import io.netty.channel.Channel;
import io.quarkus.arc.Arc;
import io.quarkus.arc.ArcContainer;
import io.quarkus.runtime.annotations.RegisterForReflection;

/**
 * Netty extension that adds a {@link ConnectionWatch} to every accepted connection, except those of {@link InternalServers}.
 * Netty loads it as a service, since Quarkus has no hook for accepted connections.
 */
@RegisterForReflection
public final class ConnectionExtension extends ChannelInitializerExtension {

    @Override
    public void postInitializeServerChildChannel(Channel channel) {
        ArcContainer container = Arc.container();
        if (container != null
                && !container.instance(InternalServers.class).get().accepted(channel.localAddress())) {
            channel.pipeline()
                    .addFirst(new ConnectionWatch(
                            container.instance(Connections.class).get()));
        }
    }
}
