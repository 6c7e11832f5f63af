package io.xg2g.bus;

/**
 * Publish and subscribe, by topic. A subscriber without a group gets each message of its topic; of the subscribers in one
 * group, one gets it.
 *
 * <p><b>Order.</b> All subscribers of a topic see the messages of one priority in the same order, and those of one
 * publisher in the order of their publication. A waiting message of higher priority goes first. So a handler that takes
 * one message at a time is called in that order; with more at once, in a group, and for deliveries that are repeated, it
 * is the order in which calls begin at best.
 *
 * <p><b>Backpressure.</b> Each topic keeps a bounded number of messages of each priority that its slowest subscriber has
 * not yet taken. When they are that many, {@link #publish} waits.
 *
 * <p><b>Failures.</b> Each message is delivered to each subscriber at least once and, if its handler does not fail, only
 * once, as long as the process lives.
 */
public interface Bus extends AutoCloseable {

    /** Begins to take messages. Those who want to publish from the start on are started after it. */
    void start();

    /**
     * Publishes a message; it is accepted when this returns, and then every subscriber of this moment gets it. Waits while
     * there is no room, and so is called on a virtual thread. A handler may publish; to publish to its own topic it needs
     * room that only it can make.
     *
     * @throws BusStoppedException if the bus does not run; the message reached nobody
     * @throws InterruptedException if the thread was interrupted while it waited; the message reached nobody
     */
    void publish(Message message) throws InterruptedException;

    /** Every message from now on, one by one, each tried once. */
    default Subscription subscribe(String topic, Handler handler) {
        return subscribe(topic, SubscriptionOptions.DEFAULT, handler);
    }

    /** The messages from now on, as the options say. */
    Subscription subscribe(String topic, SubscriptionOptions options, Handler handler);

    /** A share of the group's messages, one by one, each tried once. */
    default Subscription subscribe(String topic, String group, Handler handler) {
        return subscribe(topic, group, SubscriptionOptions.DEFAULT, handler);
    }

    /**
     * A share of the group's messages, as the options say. The group is there from its first member to its last.
     *
     * @throws IllegalArgumentException if the group has other options
     */
    Subscription subscribe(String topic, String group, SubscriptionOptions options, Handler handler);

    /** What has happened at that topic. */
    BusStats stats(String topic);

    /** What has happened at all topics. */
    BusStats stats();

    /**
     * Takes no more messages and waits until what was accepted has been handled, repetitions and dead letters included, or
     * the time for draining is over; then what still runs is interrupted. Subscriptions stay, and the bus can be started
     * again. Not to be called by a handler.
     */
    void stop();

    /** {@link #stop Stops} it for good and ends all subscriptions. */
    @Override
    void close();
}
