package io.xg2g.events;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.xg2g.queue.CircularQueue;
import java.time.Instant;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Stored event, as returned by the API.
 *
 * @param sequence position, from 1; a later event has a higher one, also after a restart
 * @param time when it happened
 * @param type its type, for instance {@code stream.degraded}
 * @param subject identifier of what it happened to: channel, device, receiver and port, queue, job
 * @param message one sentence
 * @param details figures and codes
 * @param member gateway that has recorded it; absent outside of a cluster
 */
@Schema(name = "Event")
@JsonInclude(JsonInclude.Include.NON_NULL)
@RegisterForReflection // Stored as JSON where gateways share it.
public record RecordedEvent(
        long sequence,
        Instant time,
        String type,
        String subject,
        String message,
        Map<String, String> details,
        @Schema(examples = "gateway-0") @Nullable String member) {

    static RecordedEvent of(CircularQueue.Item<Event> item) {
        Event event = item.value();
        return new RecordedEvent(
                item.sequence(), event.time(), event.type(), event.subject(), event.message(), event.details(), null);
    }

    /** Returns the same event in the history of a cluster. */
    public RecordedEvent in(long history, String gateway) {
        return new RecordedEvent(history, time, type, subject, message, details, gateway);
    }
}
