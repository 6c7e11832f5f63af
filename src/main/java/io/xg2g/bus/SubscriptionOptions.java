package io.xg2g.bus;

import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Options of a subscription.
 *
 * @param filter selects messages; called on the handler's thread, an exception fails the delivery
 * @param retry retry policy. Later messages do not wait for a retry and so overtake it
 * @param concurrency maximum number of concurrent calls of the handler: 1 to 1000; 1 preserves the order
 * @param deadLetterTopic topic of permanently failed deliveries; {@code null}: the name of the topic with the suffix
 *     {@value #DEAD_LETTERS}
 */
public record SubscriptionOptions(
        Predicate<Message> filter,
        Retry retry,
        int concurrency,
        @Nullable String deadLetterTopic) {

    /** All messages, concurrency 1, no retry. */
    public static final SubscriptionOptions DEFAULT = new SubscriptionOptions(_ -> true, Retry.NONE, 1, null);

    static final String DEAD_LETTERS = ".dead-letters";

    private static final int MAX_CONCURRENCY = 1000;

    public SubscriptionOptions {
        if (concurrency < 1 || concurrency > MAX_CONCURRENCY) {
            throw new IllegalArgumentException(
                    "concurrency is " + concurrency + "; allowed is 1 to " + MAX_CONCURRENCY);
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

    /** Returns the dead-letter topic of a topic. */
    String deadLetterTopic(String topic) {
        return deadLetterTopic == null ? topic + DEAD_LETTERS : deadLetterTopic;
    }
}
