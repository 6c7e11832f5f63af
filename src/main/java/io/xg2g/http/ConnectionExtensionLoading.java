package io.xg2g.http;

import io.netty.bootstrap.ChannelInitializerExtension;
import io.vertx.core.impl.VertxBuilder;
import io.vertx.core.spi.VertxServiceProvider;

/**
 * Has Netty load {@link ConnectionExtension}. Netty decides once whether it loads extensions, when the first socket is opened: that may be
 * a connection to the identity provider, before any server starts. Vert.x loads this class as a service when it is created.
 */
public final class ConnectionExtensionLoading implements VertxServiceProvider {

    @Override
    public void init(VertxBuilder builder) {
        System.setProperty(ChannelInitializerExtension.EXTENSIONS_SYSTEM_PROPERTY, "serviceload");
    }
}
