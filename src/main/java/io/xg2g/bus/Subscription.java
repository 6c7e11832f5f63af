package io.xg2g.bus;

/** Subscription of a handler to a topic. */
public interface Subscription {

    /**
     * Ends the subscription. Does not block and may be called by the handler; a call of the handler that is in progress continues.
     * Waiting messages go to the other members of the group, or are dropped without any. Idempotent.
     */
    void unsubscribe();
}
