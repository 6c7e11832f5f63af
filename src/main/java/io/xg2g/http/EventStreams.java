package io.xg2g.http;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.time.Duration;
import java.util.Optional;

/**
 * Server-Sent Events with a comment every {@link #INTERVAL} as keep-alive. Proxies close idle connections (nginx after
 * 60 s), and a disconnected client is detected only when something is written to it.
 *
 * <p>The headers that keep proxies from buffering belong to the paths {@code …/events}: see
 * {@code quarkus.http.filter.events} in {@code application.properties}.
 */
public final class EventStreams {
    static final Duration INTERVAL = Duration.ofSeconds(15);

    private EventStreams() {}

    /**
     * Merges the events with comments. The stream ends with the events, or when the response
     * {@linkplain ResponseEnd#finish is to end}. A comment is dropped if the client is not ready for it.
     */
    public static Multi<OutboundSseEvent> withComments(
            Multi<OutboundSseEvent> events, Sse sse, RoutingContext exchange) {
        ResponseEnd end = ResponseEnd.of(exchange);
        return withComments(
                events,
                Multi.createFrom().ticks().startingAfter(INTERVAL).every(INTERVAL),
                Uni.createFrom().emitter(emitter -> end.onFinish(() -> emitter.complete(null))),
                sse);
    }

    /**
     * Does the same with the caller's clock.
     *
     * @param ticks an item for each comment
     * @param finish an item when no more events are to be sent
     */
    static Multi<OutboundSseEvent> withComments(
            Multi<OutboundSseEvent> events, Multi<?> ticks, Uni<?> finish, Sse sse) {
        OutboundSseEvent comment = sse.newEventBuilder().comment("keep-alive").build();
        Multi<Optional<OutboundSseEvent>> end = Multi.createFrom().item(Optional.empty());
        return Multi.createBy()
                .merging()
                // No prefetch: for a slow client the sources retain only the latest event.
                .withRequests(1)
                .streams(
                        Multi.createBy().concatenating().streams(events.map(Optional::of), end),
                        ticks.onOverflow().drop().map(_ -> Optional.of(comment)),
                        finish.<Optional<OutboundSseEvent>>map(_ -> Optional.empty())
                                .toMulti())
                .select()
                .first(Optional::isPresent)
                .map(Optional::orElseThrow);
    }
}
