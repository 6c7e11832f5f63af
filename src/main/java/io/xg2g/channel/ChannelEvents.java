package io.xg2g.channel;

import io.xg2g.events.Event;
import io.xg2g.events.EventType;
import io.xg2g.ingest.Ingest;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Events of one channel, for operators.
 *
 * @param channel its id
 * @param events receives them; must not block
 */
record ChannelEvents(String channel, Consumer<Event> events) {

    /**
     * Publishes the start.
     *
     * @param from gateway that had the channel before, and has not stopped it
     */
    void started(Optional<String> from) {
        from.ifPresent(gateway -> publish(
                EventType.STREAM_MOVED,
                "The channel was taken over from a gateway that has not stopped it.",
                Map.of("from", gateway)));
        publish(EventType.STREAM_STARTED, "The channel was started.", Map.of());
    }

    void stopped(StopReason reason) {
        publish(
                EventType.STREAM_STOPPED,
                "The channel was stopped: " + reason.text() + ".",
                Map.of("reason", reason.code()));
    }

    /** Publishes a new condition; a channel that starts or stops is published by the other methods. */
    void changed(LiveStream.Condition condition, int droppedRungs, double behindSeconds, Ingest.Status source) {
        switch (condition) {
            case PLAYING -> publish(EventType.STREAM_PLAYING, "The channel is played.", Map.of());
            case DEGRADED ->
                publish(
                        EventType.STREAM_DEGRADED,
                        "Renditions of the channel are dropped or late.",
                        Map.of(
                                "droppedRungs", Integer.toString(droppedRungs),
                                "behindMillis", Long.toString(Math.round(behindSeconds * 1000))));
            case RECOVERING ->
                publish(
                        EventType.STREAM_RECOVERING,
                        "The source of the channel was lost; it is opened again.",
                        source.reason()
                                .map(why -> Map.of("reason", why.kind().code(), "detail", why.detail()))
                                .orElse(Map.of()));
            case STARTING, STOPPED -> {}
        }
    }

    private void publish(EventType type, String message, Map<String, String> details) {
        events.accept(Event.of(type, channel, message, details));
    }
}
