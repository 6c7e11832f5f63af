package io.xg2g.channel;

import io.vertx.ext.web.RoutingContext;

/** Issuer of tokens in URLs for players that send no headers. Implemented by the package {@code security}. */
public interface PlaybackPasses {
    /** Returns whether no tokens are needed. */
    boolean areFree();

    /**
     * Issues the pass of a URL that will be opened soon.
     */
    PlaybackPass address(RoutingContext exchange, String channel, PlaybackMode mode);

    /** Issues the pass of a URL in a list of channels, which players store for a day or longer. */
    PlaybackPass listed(RoutingContext exchange, String channel, PlaybackMode mode);

    /** Returns the pass of the URLs in a playlist or manifest: that of the request, if it has one. */
    PlaybackPass links(RoutingContext exchange, String channel);
}
