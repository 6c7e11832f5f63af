package io.xg2g.events;

import io.xg2g.queue.CircularQueue;
import java.time.Instant;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * Stored event, as returned by the API.
 *
 * @param sequence position, from 1; a later event has a higher one, also after a restart
 * @param time when it happened
 * @param type its type, for instance {@code stream.degraded}
 * @param subject identifier of what it happened to: channel, device, receiver and port, queue, job
 * @param message one sentence
 * @param details figures and codes
 */
@Schema(name = "Event")
public record RecordedEvent(
        long sequence, Instant time, String type, String subject, String message, Map<String, String> details) {

    static RecordedEvent of(CircularQueue.Item<Event> item) {
        Event event = item.value();
        return new RecordedEvent(
                item.sequence(), event.time(), event.type(), event.subject(), event.message(), event.details());
    }
}
