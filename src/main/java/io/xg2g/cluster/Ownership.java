package io.xg2g.cluster;

/** Who may work on a resource of the cluster at present. */
public sealed interface Ownership {

    /** This gateway, as long as {@link Lease#isValid}. */
    record Held(Lease lease) implements Ownership {}

    /**
     * Another gateway.
     *
     * @param fence number of its lease
     */
    record OwnedBy(Member member, long fence) implements Ownership {}

    /** Nobody. */
    record Free() implements Ownership {}

    /**
     * Not known, or nobody for a short time: Redis is away, or has just started, or the gateway that owned it has died and its lease
     * has not ended yet. To be asked again after a second.
     *
     * @param reason sentence without a full stop
     */
    record Unavailable(String reason) implements Ownership {}
}
