package io.xg2g.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SimulatedBrokerTest {
    private final SimulatedTime time = new SimulatedTime();
    private final SimulatedBroker<String> broker = new SimulatedBroker<>(time, 10, 1);
    private final List<String> received = new ArrayList<>();

    @Test
    void higherPrioritiesAreServedFirstAndEqualOnesInTurns() {
        SimulatedBroker<String>.Link low = link(0, "low");
        SimulatedBroker<String>.Link a = link(2, "a");
        SimulatedBroker<String>.Link b = link(2, "b");
        low.flow(10);
        b.flow(2);
        a.flow(3);
        run();

        send(6);

        assertThat(received).containsExactly("a", "b", "a", "b", "a", "low");
    }

    @Test
    void aMessageWaitsForCreditAndADrainedLinkGetsNone() {
        SimulatedBroker<String>.Link a = link(1, "a");
        a.flow(1);
        a.drain(() -> received.add("drained"));
        run();
        send(1);
        assertThat(received).containsExactly("drained");

        a.flow(2);
        run();

        assertThat(received).containsExactly("drained", "a");
    }

    @Test
    void messagesExpireAndAreLostWithTheBroker() {
        SimulatedBroker<String>.Link a = link(1, "a");
        send(1);
        time.runUntil(time.nanoTime() + SimulatedBroker.LIFE.toNanos());
        send(1);
        broker.restart(100, () -> received.add("up"));
        a.flow(5);
        run();
        send(1);

        assertThat(received).containsExactly("up");
        a.flow(1);
        run();
        assertThat(received).containsExactly("up", "a");
    }

    @Test
    void aMessageThatWasGivenBackIsTheFirstAgain() {
        SimulatedBroker<String>.Link a = broker.link(1, received::add);
        broker.send("one");
        broker.send("two");
        a.flow(1);
        run();

        broker.release("one");
        a.flow(2);
        run();

        assertThat(received).containsExactly("one", "one", "two");
        assertThat(broker.returned).isEqualTo(1);
    }

    private SimulatedBroker<String>.Link link(int priority, String name) {
        return broker.link(priority, _ -> received.add(name));
    }

    private void send(int messages) {
        for (int i = 0; i < messages; i++) {
            broker.send("message");
        }
        run();
    }

    private void run() {
        time.runUntil(time.nanoTime() + Duration.ofMillis(1).toNanos());
    }
}
