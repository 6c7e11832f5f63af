package io.xg2g.cluster;

import io.xg2g.storage.Sha256;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/**
 * Rendezvous hashing (highest random weight; Thaler and Ravishankar, 1998): all gateways choose the same one for a resource, resources are
 * spread evenly, and a gateway that goes moves only its own ones.
 */
public final class RendezvousHash {
    private RendezvousHash() {}

    /** Returns the gateway that is to have a resource; empty if there is none. */
    public static Optional<Member> choose(Collection<Member> gateways, String resource) {
        return gateways.stream()
                .max(Comparator.comparingLong((Member member) -> weight(resource, member))
                        .thenComparing(Member::name));
    }

    private static long weight(String resource, Member member) {
        return ByteBuffer.wrap(Sha256.of(member.name() + " " + resource)).getLong();
    }
}
