package io.xg2g.forward;

import io.xg2g.cluster.Leases;
import io.xg2g.cluster.Member;
import io.xg2g.cluster.Ownership;
import io.xg2g.cluster.RendezvousHash;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Decides which gateway answers a request: the owner of what it is for.
 *
 * <p>A channel without an owner is started by the gateway that {@linkplain RendezvousHash hashing} gives: so gateways do not compete for
 * the lease. Those of one receiver are started by one gateway, within which the limits of the receiver hold.
 *
 * @param self this gateway
 * @param gateways all gateways, this one included
 * @param receiver returns the receiver of a channel by its id; empty if it has none
 * @param answers whether a gateway can be asked: it has answered when it was asked last, and has not refused this request; this one is
 *     not shutting down
 * @param forwarded whether another gateway has forwarded the request
 */
record Destinations(
        Member self,
        List<Member> gateways,
        Function<String, Optional<String>> receiver,
        Predicate<Member> answers,
        boolean forwarded) {
    private static final Destination HERE = new Destination.Here();
    private static final Destination MISDIRECTED = new Destination.Misdirected();

    /** Returns the destination of a request for a channel or a camera. */
    Destination of(Resource.Leased resource, Ownership ownership) {
        return switch (ownership) {
            case Ownership.Held _ -> HERE;
            case Ownership.OwnedBy(Member owner, long _) -> at(owner);
            case Ownership.Free _ -> free(resource);
            case Ownership.Unavailable(String reason) -> new Destination.Unavailable(reason);
        };
    }

    /** Returns the destination of a request for a job that belongs to a gateway. */
    Destination of(String owner) {
        Optional<Member> found =
                gateways.stream().filter(member -> member.name().equals(owner)).findFirst();
        return found.map(this::at).orElseGet(() -> away(owner));
    }

    private Destination at(Member owner) {
        if (owner.name().equals(self.name())) {
            return HERE;
        }
        if (forwarded) {
            return MISDIRECTED;
        }
        return answers.test(owner) ? new Destination.Forward(owner, true) : away(owner.name());
    }

    private Destination free(Resource.Leased resource) {
        if (!resource.starts()) {
            return HERE;
        }
        if (forwarded) {
            return answers.test(self) ? HERE : MISDIRECTED;
        }
        String hashed = resource instanceof Resource.Channel(String id, boolean _)
                ? Leases.placement(id, receiver.apply(id))
                : resource.lease();
        return RendezvousHash.choose(gateways.stream().filter(answers).toList(), hashed)
                .<Destination>map(
                        member -> member.name().equals(self.name()) ? HERE : new Destination.Forward(member, false))
                .orElse(HERE);
    }

    private static Destination away(String owner) {
        return new Destination.Unavailable("gateway " + owner + ", which has it, does not answer");
    }
}
