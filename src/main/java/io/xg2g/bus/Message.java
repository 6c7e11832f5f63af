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
 * Message of the bus. Immutable, provided that the payload, which is not copied, is not modified.
 *
 * @param id unique identifier
 * @param topic topic; must come from a small fixed set, since each one has buffers and metrics
 * @param headers description of the payload for the subscribers ({@code Content-Type})
 * @param timestamp time of creation
 * @param metadata annotations by the bus and by intermediaries
 * @param priority {@value #LOWEST_PRIORITY} to {@value #HIGHEST_PRIORITY}, as in AMQP and JMS; higher ones are delivered first
 * @param ttl time to live: deliveries must start within it after the timestamp; {@code null}: no limit
 */
@SuppressWarnings("ArrayRecordComponent") // Messages are compared by id only.
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

    /** Header with the media type of the payload. */
    public static final String CONTENT_TYPE = "Content-Type";

    /** Metadata of a dead letter: original topic. */
    public static final String DEAD_LETTER_TOPIC = "dead-letter-topic";

    /** Metadata of a dead letter: group whose delivery failed, if named. */
    public static final String DEAD_LETTER_GROUP = "dead-letter-group";

    /** Metadata of a dead letter: number of attempts. */
    public static final String DEAD_LETTER_ATTEMPTS = "dead-letter-attempts";

    /** Metadata of a dead letter: class of the exception of the last attempt. */
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

    /** Creates a message with the current time, no headers and default priority. */
    public static Message of(String topic, byte[] payload) {
        return of(topic, payload, Map.of());
    }

    /**
     * Creates a message with the current time and this value as JSON.
     *
     * @throws IllegalArgumentException if the mapper cannot serialize the value
     */
    public static Message json(String topic, Object value, ObjectMapper mapper) {
        try {
            return of(topic, mapper.writeValueAsBytes(value), JSON);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(
                    "cannot be serialized as JSON: " + value.getClass().getName(), e);
        }
    }

    private static Message of(String topic, byte[] payload, Map<String, String> headers) {
        return new Message(newId(), topic, payload, headers, Instant.now(), Map.of(), DEFAULT_PRIORITY, null);
    }

    /** Returns a random UUID (version 4). The generator is not cryptographic: ids are unique, not secret. */
    private static String newId() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        long high = (random.nextLong() & ~0xF000L) | 0x4000L;
        long low = (random.nextLong() & ~0xC000_0000_0000_0000L) | 0x8000_0000_0000_0000L;
        return new UUID(high, low).toString();
    }

    /**
     * Deserializes the payload from JSON. In a native executable the type has to be registered for reflection.
     *
     * @throws IOException if the payload is not JSON of this type
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

    /** Returns whether the time to live has passed. */
    boolean expired(Instant now) {
        return ttl != null && now.isAfter(timestamp.plus(ttl));
    }

    private static Map<String, String> with(Map<String, String> map, String name, String value) {
        Map<String, String> more = new HashMap<>(map);
        more.put(name, value);
        return more;
    }
}
