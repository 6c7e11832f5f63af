package io.xg2g.output;

import java.time.Instant;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Message for a broker.
 *
 * @param exchange topic exchange
 * @param key routing key
 * @param contentType media type of the body
 * @param type kind of message
 * @param id identifier of the message
 * @param time of the content
 * @param headers texts, {@link Long}s and {@link Integer}s
 * @param body creates the body when it is sent, so that a message that waits needs no copy of a picture
 */
record Publication(
        String exchange,
        String key,
        String contentType,
        String type,
        String id,
        Instant time,
        Map<String, Object> headers,
        Supplier<byte[]> body) {}
