package io.xg2g.bus;

/**
 * Statistics of one topic, or of all, since the start of the program. Weakly consistent while messages are in flight.
 *
 * @param published accepted messages, including dead letters
 * @param unrouted accepted messages without a subscriber
 * @param delivered handled deliveries; a message with five subscribers is delivered five times
 * @param errors failed handler calls, each attempt
 * @param deadLetters deliveries that failed permanently
 * @param expired deliveries that did not start within the message's time to live
 * @param filtered deliveries that a filter excluded
 * @param subscribers subscribed handlers
 * @param depth messages that wait for the slowest subscriber, and deliveries that wait for a retry
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

    /** Statistics of an unused topic. */
    public static final BusStats NONE = new BusStats(0, 0, 0, 0, 0, 0, 0, 0, 0);

    /** Returns the sum. */
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
