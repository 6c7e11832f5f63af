package io.xg2g.bus;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * What is published: immutable, as long as nobody writes to the payload, which is not copied.
 *
 * @param id unique among all messages
 * @param topic where it is published; topics are few and named in code, for each has a buffer and metrics of its own
 * @param payload the content
 * @param headers what goes with the content, for the subscribers ({@code Content-Type})
 * @param timestamp when it was made
 * @param metadata what is said about it on its way, by the bus and those who pass it on
 * @param priority {@value #LOWEST_PRIORITY} to {@value #HIGHEST_PRIORITY}, as in AMQP and JMS; a higher one is delivered
 *     first
 * @param ttl how long after its timestamp a delivery may begin; {@code null}: whenever
 */
@SuppressWarnings("ArrayRecordComponent") // Two messages are the same if they have the same id; nobody compares more.
public record Message(
        String id,
        String topic,
        byte[] payload,
        Map<String, String> headers,
        Instant timestamp,
        Map<String, String> metadata,
        int priority,
        @Nullable Duration ttl) {

    public static final int LOWEST_PRIORITY = 0;
    public static final int DEFAULT_PRIORITY = 4;
    public static final int HIGHEST_PRIORITY = 9;

    /** The header that says what a payload is. */
    public static final String CONTENT_TYPE = "Content-Type";

    /** Metadata of a dead letter: the topic that it was published to. Its id is that of the message. */
    public static final String DEAD_LETTER_TOPIC = "dead-letter-topic";

    /** Metadata of a dead letter: the group that could not handle it, if it was one. */
    public static final String DEAD_LETTER_GROUP = "dead-letter-group";

    /** Metadata of a dead letter: how often it was tried. */
    public static final String DEAD_LETTER_ATTEMPTS = "dead-letter-attempts";

    /** Metadata of a dead letter: the class of what its handler threw at last. */
    public static final String DEAD_LETTER_ERROR = "dead-letter-error";

    private static final Map<String, String> JSON = Map.of(CONTENT_TYPE, "application/json");

    public Message {
        if (priority < LOWEST_PRIORITY || priority > HIGHEST_PRIORITY) {
            throw new IllegalArgumentException(
                    "priority is " + priority + "; allowed is " + LOWEST_PRIORITY + " to " + HIGHEST_PRIORITY);
        }
        headers = Map.copyOf(headers);
        metadata = Map.copyOf(metadata);
    }

    /** A message made now, without headers, of default priority. */
    public static Message of(String topic, byte[] payload) {
        return of(topic, payload, Map.of());
    }

    /**
     * A message made now whose payload is this value as JSON.
     *
     * @throws IllegalArgumentException if the value is nothing that the mapper can write
     */
    public static Message json(String topic, Object value, ObjectMapper mapper) {
        try {
            return of(topic, mapper.writeValueAsBytes(value), JSON);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(
                    "no JSON can be made of a " + value.getClass().getName(), e);
        }
    }

    private static Message of(String topic, byte[] payload, Map<String, String> headers) {
        return new Message(newId(), topic, payload, headers, Instant.now(), Map.of(), DEFAULT_PRIORITY, null);
    }

    /** A random UUID (version 4), of a fast generator: an id has to be unique, not secret. */
    private static String newId() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        long high = (random.nextLong() & ~0xF000L) | 0x4000L;
        long low = (random.nextLong() & ~0xC000_0000_0000_0000L) | 0x8000_0000_0000_0000L;
        return new UUID(high, low).toString();
    }

    /**
     * The payload, read as JSON. In a native executable the type has to be registered for reflection.
     *
     * @throws IOException if it is no JSON, or not of that type; thrown by a handler it fails the delivery
     */
    public <T> T as(Class<T> type, ObjectMapper mapper) throws IOException {
        return mapper.readValue(payload, type);
    }

    public Message withHeader(String name, String value) {
        return new Message(id, topic, payload, with(headers, name, value), timestamp, metadata, priority, ttl);
    }

    public Message withMetadata(String name, String value) {
        return new Message(id, topic, payload, headers, timestamp, with(metadata, name, value), priority, ttl);
    }

    public Message withPriority(int level) {
        return new Message(id, topic, payload, headers, timestamp, metadata, level, ttl);
    }

    public Message withTtl(Duration timeToLive) {
        return new Message(id, topic, payload, headers, timestamp, metadata, priority, timeToLive);
    }

    /** Whether its time to live is over. */
    boolean expired(Instant now) {
        return ttl != null && now.isAfter(timestamp.plus(ttl));
    }

    private static Map<String, String> with(Map<String, String> map, String name, String value) {
        Map<String, String> more = new HashMap<>(map);
        more.put(name, value);
        return more;
    }
}
