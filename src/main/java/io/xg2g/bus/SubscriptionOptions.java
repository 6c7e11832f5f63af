package io.xg2g.bus;

import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * How a subscriber wants its messages.
 *
 * @param filter the messages it wants; asked on the handler's thread, and a filter that throws fails the delivery
 * @param retry how a failed delivery is repeated. The others do not wait for it, so that a repeated message comes after
 *     later ones
 * @param concurrency how many messages its handler takes at once: 1 to 1000; with one they come in order
 * @param deadLetterTopic where deliveries go that are given up; {@code null}: the topic's name with
 *     {@value #DEAD_LETTERS} behind it
 */
public record SubscriptionOptions(
        Predicate<Message> filter,
        Retry retry,
        int concurrency,
        @Nullable String deadLetterTopic) {

    /** Every message, one by one, each tried once. */
    public static final SubscriptionOptions DEFAULT = new SubscriptionOptions(_ -> true, Retry.NONE, 1, null);

    static final String DEAD_LETTERS = ".dead-letters";

    private static final int MOST_AT_ONCE = 1000;

    public SubscriptionOptions {
        if (concurrency < 1 || concurrency > MOST_AT_ONCE) {
            throw new IllegalArgumentException("concurrency is " + concurrency + "; allowed is 1 to " + MOST_AT_ONCE);
        }
    }

    public SubscriptionOptions withFilter(Predicate<Message> wanted) {
        return new SubscriptionOptions(wanted, retry, concurrency, deadLetterTopic);
    }

    public SubscriptionOptions withRetry(Retry repeated) {
        return new SubscriptionOptions(filter, repeated, concurrency, deadLetterTopic);
    }

    public SubscriptionOptions withConcurrency(int atOnce) {
        return new SubscriptionOptions(filter, retry, atOnce, deadLetterTopic);
    }

    public SubscriptionOptions withDeadLetterTopic(String topic) {
        return new SubscriptionOptions(filter, retry, concurrency, topic);
    }

    /** Where deliveries of that topic go that are given up. */
    String deadLetterTopic(String topic) {
        return deadLetterTopic == null ? topic + DEAD_LETTERS : deadLetterTopic;
    }
}
