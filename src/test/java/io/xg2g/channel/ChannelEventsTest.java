package io.xg2g.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.channel.LiveStream.Condition;
import io.xg2g.events.Event;
import io.xg2g.ingest.Ingest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Each change of a channel's condition is one event. */
class ChannelEventsTest {
    private static final Ingest.Status RECEIVED = new Ingest.Status(Ingest.Phase.RECEIVING, Optional.empty());

    private final List<Event> published = new ArrayList<>();
    private final ChannelEvents events = new ChannelEvents("news", published::add);

    @Test
    void theLifeOfAChannelIsPublished() {
        events.started(Optional.empty());
        events.changed(Condition.PLAYING, 0, 0, RECEIVED);
        events.changed(Condition.DEGRADED, 2, 2.345, RECEIVED);
        events.changed(Condition.RECOVERING, 0, 0, RECEIVED);
        events.changed(Condition.STARTING, 0, 0, RECEIVED);
        events.changed(Condition.STOPPED, 0, 0, RECEIVED);
        events.stopped(StopReason.IDLE);

        assertThat(published)
                .extracting(Event::type)
                .containsExactly(
                        "stream.started", "stream.playing", "stream.degraded", "stream.recovering", "stream.stopped");
        assertThat(published).extracting(Event::subject).containsOnly("news");
        assertThat(published.get(2).details()).isEqualTo(Map.of("droppedRungs", "2", "behindMillis", "2345"));
        assertThat(published.getLast().message()).isEqualTo("The channel was stopped: it had no viewers.");
        assertThat(published.getLast().details()).isEqualTo(Map.of("reason", "idle"));
    }

    @Test
    void aChannelThatAnotherGatewayHasNotStoppedHasMoved() {
        events.started(Optional.of("gateway-0"));

        assertThat(published).extracting(Event::type).containsExactly("stream.moved", "stream.started");
        assertThat(published.getFirst().details()).isEqualTo(Map.of("from", "gateway-0"));
    }
}
