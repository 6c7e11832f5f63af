package io.xg2g.bus;

/** A handler's place at a topic. */
public interface Subscription {

    /**
     * Ends it: the handler is given no further message. Returns at once, in the handler too; a message that it is being
     * given at that moment is still handled. What waited for this subscriber alone is dropped; what waits for its group
     * is taken by the other members. To end it twice is harmless.
     */
    void unsubscribe();
}
