package io.xg2g.channel;

import io.xg2g.channel.LiveStream.Condition;
import io.xg2g.events.Event;
import io.xg2g.events.EventType;
import io.xg2g.ingest.Ingest;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Events of one channel, for operators. Thread-safe. */
final class ChannelEvents {
    private static final Logger LOG = Logger.getLogger(LiveStream.class);

    static final Duration STEADY = Duration.ofSeconds(10);

    private final String channel;
    private final Consumer<Event> events;
    private final LongSupplier nanos;
    private Condition reported = Condition.STARTING;
    private @Nullable Long betterSince;

    /**
     * Creates the events of a channel that starts.
     *
     * @param channel its id
     * @param events receives them; must not block
     * @param nanos monotonic clock
     */
    ChannelEvents(String channel, Consumer<Event> events, LongSupplier nanos) {
        this.channel = channel;
        this.events = events;
        this.nanos = nanos;
    }

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

    /**
     * Logs and publishes the condition if it has changed. A better one counts when it has lasted for {@link #STEADY}, so that a
     * channel that recovers every few seconds is one event and one line. A channel that starts or stops is published by the
     * other methods.
     */
    synchronized void condition(Condition now, int droppedRungs, double behindSeconds, Ingest.Status source) {
        if (now == reported) {
            betterSince = null;
            return;
        }
        if (isBetter(now)) {
            long time = nanos.getAsLong();
            betterSince = betterSince == null ? (Long) time : betterSince;
            if (time - betterSince < STEADY.toNanos()) {
                return;
            }
        }
        betterSince = null;
        reported = now;
        LOG.infof("channel condition: stream=%s, condition=%s", channel, now);
        publish(now, droppedRungs, behindSeconds, source);
    }

    private boolean isBetter(Condition now) {
        return switch (reported) {
            case RECOVERING -> now != Condition.STOPPED;
            case DEGRADED -> now == Condition.PLAYING;
            case STARTING, PLAYING, STOPPED -> false;
        };
    }

    private void publish(Condition condition, int droppedRungs, double behindSeconds, Ingest.Status source) {
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
