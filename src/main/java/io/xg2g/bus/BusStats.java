package io.xg2g.bus;

/**
 * What has happened at a topic, or at all of them, since the bus was made. Exact as soon as nothing is under way.
 *
 * @param published messages that were accepted, dead letters included
 * @param unrouted those of them that nobody was subscribed to
 * @param delivered deliveries that were handled: a message with five subscribers is delivered five times
 * @param errors calls of handlers that failed; each attempt counts
 * @param deadLetters deliveries that were given up
 * @param expired deliveries that did not begin within the message's time to live
 * @param filtered deliveries that a filter refused
 * @param subscribers handlers that are subscribed now
 * @param depth messages that wait for the slowest subscriber, and deliveries that wait to be repeated
 */
public record BusStats(
        long published,
        long unrouted,
        long delivered,
        long errors,
        long deadLetters,
        long expired,
        long filtered,
        int subscribers,
        long depth) {

    /** Nothing has happened. */
    public static final BusStats NONE = new BusStats(0, 0, 0, 0, 0, 0, 0, 0, 0);

    /** Both together. */
    public BusStats plus(BusStats other) {
        return new BusStats(
                published + other.published,
                unrouted + other.unrouted,
                delivered + other.delivered,
                errors + other.errors,
                deadLetters + other.deadLetters,
                expired + other.expired,
                filtered + other.filtered,
                subscribers + other.subscribers,
                depth + other.depth);
    }
}
