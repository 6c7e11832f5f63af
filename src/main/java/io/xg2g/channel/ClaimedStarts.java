package io.xg2g.channel;

import java.util.concurrent.ConcurrentMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Starts channels with the right to run them. A channel that is started while it is being stopped gets the claim of the run before, which
 * that may give up at any moment; then it is claimed again. Thread-safe.
 *
 * @param <T> running channel
 */
final class ClaimedStarts<T> {
    private final ConcurrentMap<String, T> running;
    private final Function<String, ChannelClaim> claims;

    /**
     * Creates one.
     *
     * @param running by id; its lock of an id is held while a claim of it is given up
     * @param claims acquires a channel of an id; may block, and throw
     */
    ClaimedStarts(ConcurrentMap<String, T> running, Function<String, ChannelClaim> claims) {
        this.running = running;
        this.claims = claims;
    }

    /**
     * Returns what runs with an id; starts it if necessary. Blocks as acquiring and starting do, and throws what they throw.
     *
     * @param start its claim is not given up before it returns
     */
    T start(String id, Function<ChannelClaim, T> start) {
        while (true) {
            T started = claimAndStart(id, start);
            if (started != null) {
                return started;
            }
        }
    }

    /** Returns {@code null} if the claim was given up by the run before. */
    private @Nullable T claimAndStart(String id, Function<ChannelClaim, T> start) {
        ChannelClaim claim = claims.apply(id);
        try {
            return running.computeIfAbsent(id, _ -> claim.lease().isOver() ? null : start.apply(claim));
        } finally {
            giveUp(id, claim);
        }
    }

    /** Gives a claim up, unless another request has started the channel meanwhile. */
    void giveUp(String id, ChannelClaim claim) {
        running.compute(id, (_, started) -> {
            if (started == null) {
                claim.release();
            }
            return started;
        });
    }
}
