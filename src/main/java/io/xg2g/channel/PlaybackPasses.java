package io.xg2g.channel;

import io.vertx.ext.web.RoutingContext;

/** What lets players in that have nothing but an address. Implemented by the package {@code security}, above this one. */
public interface PlaybackPasses {
    /** Whether players need none at all. */
    boolean areFree();

    /**
     * The pass of an address that a player is given, to be opened soon.
     *
     * @param mode what is played
     */
    PlaybackPass address(RoutingContext exchange, String channel, PlaybackMode mode);

    /** The pass of an address in a list, which players keep for a day or longer. */
    PlaybackPass listed(RoutingContext exchange, String channel, PlaybackMode mode);

    /** The pass of what a playlist or manifest leads to: the request's own, where it came with one of these. */
    PlaybackPass links(RoutingContext exchange, String channel);
}
