package io.xg2g.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.dispatch.RemoteCapacity;
import io.xg2g.schedule.ManualTime;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;

class WorkersTest {
    private final ManualTime time = new ManualTime();
    private final Workers workers = new Workers(time);

    @Test
    void theCapacityIsThatOfTheWorkersThatAnnounceThemselves() {
        workers.announced(new WorkerStatus("a", "127.0.0.1", 8090, 4, 3, 8.0));
        time.advance(Duration.ofSeconds(2));
        workers.announced(new WorkerStatus("b", "127.0.0.1", 8090, 2, 0, 5.0));
        workers.announced(new WorkerStatus("without-device", "127.0.0.1", 8090, 0, 0, 0));

        assertThat(workers.capacity(2))
                .isEqualTo(new RemoteCapacity(Set.of("a", "b"), Set.of("a", "b"), 6, 3, 13.0, 0.5));
        time.advance(Duration.ofMillis(1_001));
        assertThat(workers.capacity(1)).isEqualTo(new RemoteCapacity(Set.of("b"), Set.of("b"), 2, 0, 5.0, 1));
        time.advance(Duration.ofSeconds(3));
        assertThat(workers.capacity(1)).isEqualTo(RemoteCapacity.NONE);
    }

    @Test
    void aBusyWorkerHasNoFreeSlot() {
        workers.announced(new WorkerStatus("a", "127.0.0.1", 8090, 4, 4, 8.0));
        workers.announced(new WorkerStatus("b", "127.0.0.1", 8090, 2, 1, 5.0));

        assertThat(workers.capacity(1)).isEqualTo(new RemoteCapacity(Set.of("a", "b"), Set.of("b"), 6, 5, 13.0, 1));
    }

    @Test
    void anUnknownNumberOfGatewaysIsThisOne() {
        assertThat(workers.capacity(0).share()).isEqualTo(1);
    }

    @Test
    void aSilentWorkerIsAwayUntilItAnnouncesItselfAgain() {
        assertThat(workers.isAway("a")).isFalse();
        workers.announced(new WorkerStatus("a", "127.0.0.1", 8090, 4, 3, 8.0));
        time.advance(Duration.ofSeconds(3));
        workers.announced(new WorkerStatus("b", "127.0.0.1", 8090, 4, 3, 8.0));
        assertThat(workers.isAway("a")).isFalse();
        time.advance(Duration.ofMillis(1));
        assertThat(workers.isAway("a")).isTrue();

        workers.announced(new WorkerStatus("a", "127.0.0.1", 8090, 4, 3, 8.0));
        assertThat(workers.isAway("a")).isFalse();
    }

    @Test
    void aWorkerThatDidNotAnswerIsAwayUntilItAnnouncesItselfAgain() {
        workers.suspect("unknown");
        workers.announced(new WorkerStatus("a", "127.0.0.1", 8090, 4, 3, 8.0));
        workers.announced(new WorkerStatus("b", "127.0.0.1", 8090, 4, 3, 8.0));
        workers.suspect("a");

        assertThat(workers.isAway("a")).isTrue();
        assertThat(workers.isAway("unknown")).isFalse();
        workers.announced(new WorkerStatus("a", "127.0.0.1", 8090, 4, 3, 8.0));
        assertThat(workers.isAway("a")).isFalse();
    }

    @Test
    void whenAllWereSilentItIsThisGatewayThatHeardNothing() {
        workers.announced(new WorkerStatus("a", "127.0.0.1", 8090, 4, 3, 8.0));
        workers.announced(new WorkerStatus("b", "127.0.0.1", 8090, 4, 3, 8.0));
        time.advance(Duration.ofSeconds(4));

        assertThat(workers.isAway("a")).isFalse();
        assertThat(workers.isAway("b")).isFalse();
        workers.announced(new WorkerStatus("b", "127.0.0.1", 8090, 4, 3, 8.0));
        assertThat(workers.isAway("a")).isTrue();
    }

    @Test
    void theOnlyWorkerIsAskedAgainAfterItDidNotAnswer() {
        workers.announced(new WorkerStatus("a", "127.0.0.1", 8090, 4, 3, 8.0));
        workers.suspect("a");

        assertThat(workers.isAway("a")).isFalse();
    }

    @Test
    void workersThatLeftAreForgotten() {
        workers.announced(new WorkerStatus("a", "127.0.0.1", 8090, 4, 3, 8.0));
        time.advance(Duration.ofMinutes(2));
        workers.capacity(1);

        assertThat(workers.isAway("a")).isFalse();
        assertThat(workers.number()).isZero();
    }

    @Test
    void afterAReconnectionNobodyIsTakenAsSilent() {
        workers.announced(new WorkerStatus("a", "10.0.0.7", 8090, 4, 3, 8.0));
        time.advance(Duration.ofSeconds(30));

        workers.forget();

        assertThat(workers.isAway("a")).isFalse();
    }

    @Test
    void whoIsAliveAndAnswersCanBeAsked() {
        workers.announced(new WorkerStatus("a", "10.0.0.7", 8090, 4, 3, 8.0));
        assertThat(workers.members()).containsExactly(new Member("a", "10.0.0.7", 8090, ""));
        workers.suspect("a");
        assertThat(workers.members()).isEmpty();
    }
}
