package io.xg2g.bus;

/** Handler of messages. Called on a virtual thread; may block. */
@FunctionalInterface
public interface Handler {

    /**
     * Handles one message. Any {@link Throwable} fails this delivery only, which is then retried or becomes a dead letter, depending
     * on the {@link SubscriptionOptions}.
     *
     * <p>At shutdown, handlers are interrupted only after the drain timeout.
     */
    void handle(Message message) throws Exception;
}
