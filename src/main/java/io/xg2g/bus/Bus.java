package io.xg2g.bus;

/**
 * Publish-subscribe message bus with topics and consumer groups. A subscriber without a group receives every message of its
 * topic; of the members of a group, one receives each message.
 *
 * <p><b>Order.</b> All subscribers of a topic receive the messages of one priority in the same order, which is the order of publication for
 * the messages of one publisher. Messages of a higher priority are delivered first. Handlers of concurrency 1 outside of a group
 * are called in this order. With a higher concurrency, in a group, and for retries, calls may overtake each other.
 *
 * <p><b>Backpressure.</b> A topic buffers a bounded number of messages of each priority for its slowest subscriber. {@link #publish} blocks
 * while the buffer is full.
 *
 * <p><b>Failures.</b> Within the life of the process, each message is delivered at least once to each subscriber, and exactly once if
 * its handler does not fail.
 */
public interface Bus extends AutoCloseable {

    /** Starts to accept messages. */
    void start();

    /**
     * Publishes a message to the current subscribers. Blocks while the buffer is full, so it belongs on a virtual thread. A
     * handler may publish, but one that publishes to its own topic can block itself.
     *
     * @throws BusStoppedException if the bus is not running; the message was not published
     * @throws InterruptedException if the thread was interrupted while it waited; the message was not published
     */
    void publish(Message message) throws InterruptedException;

    /** Subscribes with default options. */
    default Subscription subscribe(String topic, Handler handler) {
        return subscribe(topic, SubscriptionOptions.DEFAULT, handler);
    }

    /** Subscribes to the messages published from now on. */
    Subscription subscribe(String topic, SubscriptionOptions options, Handler handler);

    /** Joins a group with default options. */
    default Subscription subscribe(String topic, String group, Handler handler) {
        return subscribe(topic, group, SubscriptionOptions.DEFAULT, handler);
    }

    /**
     * Joins a group, which exists from its first member to its last.
     *
     * @throws IllegalArgumentException if the group has other options
     */
    Subscription subscribe(String topic, String group, SubscriptionOptions options, Handler handler);

    /** Returns the statistics of a topic. */
    BusStats stats(String topic);

    /** Returns the statistics of all topics together. */
    BusStats stats();

    /**
     * Stops to accept messages and waits until the accepted ones have been handled, including retries and dead letters. After
     * the drain timeout, waiting messages are dropped and running handlers interrupted. Subscriptions remain, and the bus can
     * be started again. Must not be called by a handler.
     */
    void stop();

    /** {@linkplain #stop Stops} the bus permanently and ends all subscriptions. */
    @Override
    void close();
}
