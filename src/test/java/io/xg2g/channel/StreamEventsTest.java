package io.xg2g.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.mutiny.helpers.test.AssertSubscriber;
import io.smallrye.mutiny.operators.multi.processors.BroadcastProcessor;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class StreamEventsTest {
    private final AtomicInteger subject = new AtomicInteger();
    private final BroadcastProcessor<AtomicInteger> changes = BroadcastProcessor.create();
    private final AssertSubscriber<Integer> client = StreamResource.latestStates(subject, changes)
            .map(AtomicInteger::get)
            .subscribe()
            .withSubscriber(AssertSubscriber.create(1));

    @Test
    void aSlowClientReceivesTheLatestStateOnly() {
        assertThat(client.getItems()).containsExactly(0);

        change(1000);
        client.request(10);

        assertThat(client.getItems()).containsExactly(0, 1000);
        client.assertNotTerminated();
    }

    @Test
    void theLastStateIsSentBeforeTheEndHoweverSlowTheClientIs() {
        change(3);
        changes.onComplete();
        client.assertNotTerminated();

        client.request(1);

        assertThat(client.getItems()).containsExactly(0, 3);
        client.assertCompleted();
    }

    @Test
    void aClientThatReadsGetsEveryChange() {
        for (int i = 0; i < 5; i++) {
            client.request(1);
            change(1);
        }

        assertThat(client.getItems()).containsExactly(0, 1, 2, 3, 4, 5);
    }

    private void change(int times) {
        for (int i = 0; i < times; i++) {
            subject.incrementAndGet();
            changes.onNext(subject);
        }
    }
}
