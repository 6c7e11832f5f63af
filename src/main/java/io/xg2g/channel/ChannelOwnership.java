package io.xg2g.channel;

import io.xg2g.cluster.Lease;
import io.xg2g.cluster.Leases;
import io.xg2g.cluster.Member;
import io.xg2g.cluster.Members;
import io.xg2g.cluster.Ownership;
import io.xg2g.packaging.ChannelTime;
import io.xg2g.problem.Unavailable;
import jakarta.inject.Singleton;

/** Ownership of channels: each is run by one gateway of the cluster. A program on its own owns them all. Thread-safe. */
@Singleton
class ChannelOwnership {
    private final Leases leases;
    private final Members members;
    private final DiscontinuitySequences sequences;

    ChannelOwnership(Leases leases, Members members, DiscontinuitySequences sequences) {
        this.leases = leases;
        this.members = members;
        this.sequences = sequences;
    }

    /**
     * Acquires a channel; blocks for 2 s at most, and in a program on its own on the disk. The lease of a channel that this gateway
     * has is the same one.
     *
     * @param time of the channel, as far as this gateway has run it
     * @throws io.xg2g.problem.ProblemException if another gateway has it, or Redis is away
     */
    ChannelClaim claim(String channel, ChannelTime time) {
        return switch (leases.acquire(Leases.channel(channel)).join()) {
            case Ownership.Held(Lease lease) ->
                leases.isUsed()
                        ? ChannelClaim.shared(lease, time, members.self().name())
                        : ChannelClaim.alone(lease, time, sequences.open(channel));
            case Ownership.OwnedBy(Member owner, long _) ->
                throw unavailable("gateway " + owner.name() + " runs the channel");
            case Ownership.Free _ -> throw unavailable("the channel was given up");
            case Ownership.Unavailable(String reason) -> throw unavailable(reason);
        };
    }

    /**
     * Throws a problem if another gateway can have a channel at this moment.
     *
     * @throws io.xg2g.problem.ProblemException with {@code Retry-After}
     */
    void require(Lease lease) {
        if (!lease.isValid()) {
            throw unavailable(members.unavailable().orElse("another gateway takes the channel over"));
        }
    }

    private static RuntimeException unavailable(String reason) {
        return Unavailable.cluster(reason).asException();
    }
}
