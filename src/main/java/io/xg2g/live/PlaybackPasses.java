package io.xg2g.live;

import io.vertx.ext.web.RoutingContext;

/** Gives playbacks what lets their players in. Implemented above this package, which knows nothing of identities. */
public interface PlaybackPasses {
    /** Whether players need none at all. */
    boolean areFree();

    /**
     * The pass for what a request leads to: the request's own, where it came with one, else a new one.
     *
     * @param mode what is played, as {@link PlaybackMode#label()} writes it
     */
    PlaybackPass pass(RoutingContext exchange, String channel, PlaybackMode mode);
}
