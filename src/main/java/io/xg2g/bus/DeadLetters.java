package io.xg2g.bus;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.jboss.logging.Logger;

/** What becomes of deliveries that are given up: messages with the same id and content, in a topic of their own. */
final class DeadLetters {
    private static final Logger LOG = Logger.getLogger(DeadLetters.class);

    private final Function<String, Topic> topics;

    DeadLetters(Function<String, Topic> topics) {
        this.topics = topics;
    }

    /** Publishes the dead letter, and waits for room. One that fails in its turn goes nowhere, so that none circles. */
    void bury(Group group, Message message, int attempts, Throwable failure) {
        String topic = group.topic.name;
        LOG.debugf(failure, "a delivery was given up: topic=%s message=%s attempts=%d", topic, message.id(), attempts);
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
        Message letter = new Message(
                message.id(),
                target,
                message.payload(),
                message.headers(),
                message.timestamp(),
                metadata,
                message.priority(),
                null);
        try {
            topics.apply(target).publish(letter, true);
        } catch (InterruptedException e) {
            // Only the end of the time for draining interrupts a worker.
            Thread.currentThread().interrupt();
            LOG.warnf("a dead letter was dropped at the end: topic=%s message=%s", topic, message.id());
        }
    }
}
