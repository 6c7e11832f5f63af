package io.xg2g.transcode;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.dispatch.Priority;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class PrioritySemaphoreTest {
    private static final Duration LONG = Duration.ofMinutes(1);

    private final PrioritySemaphore gate = new PrioritySemaphore(1);
    private final List<String> entered = Collections.synchronizedList(new ArrayList<>());

    @Test
    void theHighestPriorityIsServedFirstAndEqualsInFifoOrder() throws InterruptedException {
        // Given
        gate.acquire(Priority.PREVIEW, LONG);
        List<Thread> waiters = List.of(
                waiter("preview", Priority.PREVIEW),
                waiter("normal 1", Priority.NORMAL),
                waiter("normal 2", Priority.NORMAL),
                waiter("active", Priority.ACTIVE));

        // When
        gate.release();
        for (Thread waiter : waiters) {
            waiter.join();
        }

        // Then
        assertThat(entered).containsExactly("active", "normal 1", "normal 2", "preview");
    }

    @Test
    void aTimedOutWaiterIsRejectedAndTakesNoPermit() {
        gate.acquire(Priority.NORMAL, LONG);
        assertThat(gate.acquire(Priority.ACTIVE, Duration.ofMillis(1))).isFalse();
        gate.release();
        assertThat(gate.acquire(Priority.PREVIEW, Duration.ZERO)).isTrue();
    }

    private Thread waiter(String name, Priority level) {
        Thread waiter = Thread.ofVirtual().start(() -> {
            gate.acquire(level, LONG);
            entered.add(name);
            gate.release();
        });
        Awaitility.await()
                .until(() ->
                        waiter.getState() == Thread.State.WAITING || waiter.getState() == Thread.State.TIMED_WAITING);
        return waiter;
    }
}
