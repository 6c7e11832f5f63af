package io.xg2g.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.channel.LiveStream.Condition;
import io.xg2g.events.Event;
import io.xg2g.ingest.Ingest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Each change of a channel's condition is one event. */
class ChannelEventsTest {
    private static final Ingest.Status RECEIVED = new Ingest.Status(Ingest.Phase.RECEIVING, Optional.empty(), false);

    private final List<Event> published = new ArrayList<>();
    private long now;
    private final ChannelEvents events = new ChannelEvents("news", published::add, () -> now);

    /** Reports a condition each second, as the channel does. */
    private void last(Condition condition, int seconds) {
        for (int i = 0; i < seconds; i++) {
            events.condition(condition, 0, 0, RECEIVED);
            now += Duration.ofSeconds(1).toNanos();
        }
    }

    @Test
    void theLifeOfAChannelIsPublished() {
        events.started(Optional.empty());
        events.condition(Condition.STARTING, 0, 0, RECEIVED);
        events.condition(Condition.PLAYING, 0, 0, RECEIVED);
        events.condition(Condition.PLAYING, 0, 0, RECEIVED);
        events.condition(Condition.DEGRADED, 2, 2.345, RECEIVED);
        events.condition(Condition.DEGRADED, 3, 2.345, RECEIVED);
        events.condition(Condition.RECOVERING, 0, 0, RECEIVED);
        events.condition(Condition.STOPPED, 0, 0, RECEIVED);
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

    @Test
    void aRecoveryIsReportedWhenItLasts() {
        last(Condition.PLAYING, 1);
        last(Condition.RECOVERING, 5);
        last(Condition.DEGRADED, 4);
        last(Condition.PLAYING, 7);

        assertThat(published)
                .extracting(Event::type)
                .containsExactly("stream.playing", "stream.recovering", "stream.playing");
    }

    @Test
    void aChannelThatRecoversAgainAndAgainIsOneEvent() {
        last(Condition.PLAYING, 1);
        for (int i = 0; i < 1_000; i++) {
            last(Condition.RECOVERING, 3);
            last(Condition.PLAYING, 9);
        }

        assertThat(published).extracting(Event::type).containsExactly("stream.playing", "stream.recovering");
    }

    @Test
    void aChannelThatIsDegradedAgainAndAgainIsOneEventAndALossAnother() {
        for (int i = 0; i < 1_000; i++) {
            last(Condition.DEGRADED, 2);
            last(Condition.PLAYING, 3);
        }
        last(Condition.RECOVERING, 1);

        assertThat(published).extracting(Event::type).containsExactly("stream.degraded", "stream.recovering");
    }
}
