package io.xg2g.upload;

import io.xg2g.channel.ChannelCatalog;
import io.xg2g.cluster.Leases;
import io.xg2g.cluster.Member;
import io.xg2g.cluster.Members;
import io.xg2g.cluster.Ownership;
import io.xg2g.cluster.RendezvousHash;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * Which of the channels that are to run without viewers this gateway runs: its share by {@link RendezvousHash}, and what no other one has
 * started for some checks, since it is full. Channels that run stay where they are. Used by one thread.
 */
final class KeptChannels {
    /** Checks for which a channel of another gateway may have no owner: that gateway may be starting. */
    static final int CHECKS = 3;

    private final Function<String, Ownership> owner;
    private final UnaryOperator<String> placed;
    private final Supplier<String> self;
    private final Supplier<List<Member>> gateways;
    private final Map<String, Integer> unowned = new HashMap<>();

    /**
     * Creates them.
     *
     * @param owner returns who has a channel; may block for some seconds
     * @param placed returns by what the gateway of a channel is chosen: the same for channels of one receiver, whose streams are limited
     * @param self returns the name of this gateway
     * @param gateways returns all gateways
     */
    KeptChannels(
            Function<String, Ownership> owner,
            UnaryOperator<String> placed,
            Supplier<String> self,
            Supplier<List<Member>> gateways) {
        this.owner = owner;
        this.placed = placed;
        this.self = self;
        this.gateways = gateways;
    }

    /** Returns those of a gateway. */
    static KeptChannels of(Leases leases, Members members, ChannelCatalog catalog) {
        return new KeptChannels(
                channel -> leases.owner(Leases.channel(channel)).join(),
                channel -> Leases.placement(channel, catalog.receiverOf(channel)),
                () -> members.self().name(),
                members::gateways);
    }

    /** Returns whether this gateway is to run a channel; called for each channel in each check. */
    boolean isHere(String channel) {
        return switch (owner.apply(channel)) {
            case Ownership.Held _ -> {
                unowned.remove(channel);
                yield true;
            }
            case Ownership.Free _ -> isPreferred(channel) || unowned.merge(channel, 1, Integer::sum) > CHECKS;
            case Ownership.OwnedBy _, Ownership.Unavailable _ -> {
                unowned.remove(channel);
                yield false;
            }
        };
    }

    private boolean isPreferred(String channel) {
        return RendezvousHash.choose(gateways.get(), placed.apply(channel))
                .filter(chosen -> chosen.name().equals(self.get()))
                .isPresent();
    }
}
