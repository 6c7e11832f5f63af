package io.xg2g.bus;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.jboss.logging.Logger;

/** Publisher of permanently failed deliveries to the dead-letter topic, with the id and content of the message. Thread-safe. */
final class DeadLetters {
    private static final Logger LOG = Logger.getLogger(DeadLetters.class);

    private final Function<String, Topic> topics;

    DeadLetters(Function<String, Topic> topics) {
        this.topics = topics;
    }

    /** Publishes a dead letter; blocks while the buffer is full. A failed dead letter is dropped, to prevent a loop. */
    void publish(Group group, Message message, int attempts, Throwable failure) {
        String topic = group.topic.name;
        LOG.debugf(
                failure, "delivery failed permanently: topic=%s message=%s attempts=%d", topic, message.id(), attempts);
        if (message.metadata().containsKey(Message.DEAD_LETTER_TOPIC)) {
            return;
        }
        Map<String, String> metadata = new HashMap<>(message.metadata());
        metadata.put(Message.DEAD_LETTER_TOPIC, topic);
        metadata.put(Message.DEAD_LETTER_ATTEMPTS, Integer.toString(attempts));
        metadata.put(Message.DEAD_LETTER_ERROR, failure.getClass().getName());
        if (group.name != null) {
            metadata.put(Message.DEAD_LETTER_GROUP, group.name);
        }
        String target = group.options.deadLetterTopic(topic);
        Message deadLetter = new Message(
                message.id(),
                target,
                message.payload(),
                message.headers(),
                message.timestamp(),
                metadata,
                message.priority(),
                null);
        try {
            topics.apply(target).publish(deadLetter, true);
        } catch (InterruptedException e) {
            // Workers are interrupted only after the drain timeout.
            Thread.currentThread().interrupt();
            LOG.warnf("dead letter dropped at shutdown: topic=%s message=%s", topic, message.id());
        }
    }
}
