package io.xg2g.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.dispatch.QueueSnapshot;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class QueueViewTest {
    private static QueueView gateway(String name, int waiting, QueueSnapshot.@Nullable WorkerLoad workers) {
        return new QueueView(
                new QueueView.Waiting(waiting, 0, 1, waiting + 1),
                100,
                1,
                2,
                List.of(new QueueSnapshot.DeviceLoad("software", "of " + name, 2, 1, true, "")),
                1,
                new QueueView.Shares(0, 0.25, 0.75),
                1.5,
                waiting,
                0.5,
                true,
                workers,
                name,
                null,
                null);
    }

    @Test
    void whatWaitsAndRunsAtTheGatewaysIsAdded() {
        QueueView own = gateway("b", 3, new QueueSnapshot.WorkerLoad(8, 2));
        QueueView other = gateway("a", 5, new QueueSnapshot.WorkerLoad(8, 4));

        QueueView all = own.together(List.of(own, other), List.of());

        assertThat(all.waiting()).isEqualTo(new QueueView.Waiting(8, 0, 2, 10));
        assertThat(all.capacity()).isEqualTo(200);
        assertThat(all.running()).isEqualTo(2);
        assertThat(all.slots()).isEqualTo(4);
        assertThat(all.devices()).hasSize(2);
        assertThat(all.oldestWaitSeconds()).isEqualTo(5);
        assertThat(all.members()).containsExactly(other, own);
        assertThat(all.member()).isNull();
        assertThat(all.missingMembers()).isNull();
    }

    @Test
    void theSlotsOfAWorkerCountOnceAndTheUnitsOfEachGateway() {
        QueueView own = gateway("b", 0, new QueueSnapshot.WorkerLoad(8, 2));
        QueueView other = gateway("a", 0, new QueueSnapshot.WorkerLoad(6, 4));
        assertThat(own.together(List.of(own, other), List.of()).workers())
                .isEqualTo(new QueueSnapshot.WorkerLoad(8, 6));

        QueueView without = gateway("c", 0, null);
        assertThat(without.together(List.of(without), List.of()).workers()).isNull();
    }

    @Test
    void whoIsMissingIsNamed() {
        QueueView own = gateway("b", 0, null);
        assertThat(own.together(List.of(own), List.of("a")).missingMembers()).containsExactly("a");
    }
}
