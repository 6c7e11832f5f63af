package io.xg2g.http;

import io.netty.bootstrap.ChannelInitializerExtension;
import io.netty.channel.Channel;
import io.quarkus.arc.Arc;
import io.quarkus.arc.ArcContainer;
import io.quarkus.runtime.annotations.RegisterForReflection;

/** Has every accepted connection watched. The HTTP layer has no place for it; Netty finds this class as a service. */
@RegisterForReflection
public final class ConnectionExtension extends ChannelInitializerExtension {

    @Override
    public void postInitializeServerChildChannel(Channel channel) {
        ArcContainer container = Arc.container();
        if (container != null) {
            channel.pipeline()
                    .addFirst(new ConnectionWatch(
                            container.instance(Connections.class).get()));
        }
    }
}
