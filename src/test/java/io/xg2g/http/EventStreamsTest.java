package io.xg2g.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.helpers.test.AssertSubscriber;
import io.smallrye.mutiny.operators.multi.processors.UnicastProcessor;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jboss.resteasy.reactive.server.jaxrs.SseImpl;
import org.junit.jupiter.api.Test;

class EventStreamsTest {
    private final Sse sse = new SseImpl();
    private final UnicastProcessor<OutboundSseEvent> events = UnicastProcessor.create();
    private final UnicastProcessor<Long> ticks = UnicastProcessor.create();
    private final AtomicBoolean ticking = new AtomicBoolean(true);

    private final AtomicReference<Runnable> finish = new AtomicReference<>();

    private final Multi<OutboundSseEvent> stream = EventStreams.withComments(
            events,
            ticks.onCancellation().invoke(() -> ticking.set(false)),
            Uni.createFrom().emitter(emitter -> finish.set(() -> emitter.complete(null))),
            sse);

    @Test
    void aCommentIsSentWithEachTick() {
        AssertSubscriber<OutboundSseEvent> client = stream.subscribe().withSubscriber(AssertSubscriber.create(10));

        events.onNext(event("a"));
        ticks.onNext(0L);
        events.onNext(event("b"));

        assertThat(client.getItems()).extracting(OutboundSseEvent::getName).containsExactly("a", null, "b");
        assertThat(client.getItems().get(1).getComment()).isNotBlank();
    }

    @Test
    void theStreamEndsWithTheEventsAndStopsTheTicks() {
        AssertSubscriber<OutboundSseEvent> client = stream.subscribe().withSubscriber(AssertSubscriber.create(10));

        events.onNext(event("last"));
        events.onComplete();

        client.assertCompleted();
        assertThat(client.getItems()).hasSize(1);
        assertThat(ticking).isFalse();
    }

    @Test
    void theStreamEndsOnRequestAndCancelsTheEvents() {
        AssertSubscriber<OutboundSseEvent> client = stream.subscribe().withSubscriber(AssertSubscriber.create(10));
        events.onNext(event("a"));

        finish.get().run();

        client.assertCompleted();
        assertThat(client.getItems()).hasSize(1);
        assertThat(ticking).isFalse();
        assertThat(events.hasSubscriber()).isFalse();
    }

    @Test
    void aFailureOfTheEventsFailsTheStream() {
        AssertSubscriber<OutboundSseEvent> client = stream.subscribe().withSubscriber(AssertSubscriber.create(10));

        events.onError(new IllegalStateException("gone"));

        client.assertFailedWith(IllegalStateException.class, "gone");
    }

    @Test
    void commentsAreNotBufferedForASlowClient() {
        AssertSubscriber<OutboundSseEvent> client = stream.subscribe().withSubscriber(AssertSubscriber.create(0));
        for (long tick = 0; tick < 100; tick++) {
            ticks.onNext(tick);
        }
        events.onNext(event("a"));

        client.request(100);

        assertThat(client.getItems().stream().filter(item -> item.getComment() != null))
                .hasSizeLessThan(3);
        assertThat(client.getItems()).extracting(OutboundSseEvent::getName).contains("a");
    }

    private OutboundSseEvent event(String name) {
        return sse.newEventBuilder().name(name).data("{}").build();
    }
}
