package io.xg2g.bus;

/** What a subscriber does with a message. It runs on a virtual thread and may block. */
@FunctionalInterface
public interface Handler {

    /**
     * Handles one message. Whatever it throws, errors included, fails this delivery and nothing else: the delivery is
     * repeated or becomes a dead letter, as the subscription's {@linkplain SubscriptionOptions options} say.
     *
     * <p>It is not interrupted while the bus drains; only what is still running when the time for draining is over is.
     */
    void handle(Message message) throws Exception;
}
