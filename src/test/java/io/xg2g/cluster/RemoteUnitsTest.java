package io.xg2g.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import io.xg2g.dispatch.RemoteSlot;
import io.xg2g.gpu.Vendor;
import io.xg2g.schedule.ManualTime;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RemoteUnitsTest {
    private static final SlotOffer OFFER =
            new SlotOffer("1", "a", "127.0.0.1", 8090, "gpu0", Vendor.NVIDIA, "NVIDIA L4", 5);

    private final ManualTime time = new ManualTime();
    private final Vertx vertx = Vertx.vertx();
    private final Workers workers = new Workers(time);
    private final List<RemoteSlot> dispatched = new ArrayList<>();
    private final List<String> settled = new ArrayList<>();
    private final OfferedSlot.Message message = new OfferedSlot.Message() {
        @Override
        public void accept() {
            settled.add("accepted");
        }

        @Override
        public void release() {
            settled.add("released");
        }

        @Override
        public void refuse() {
            settled.add("refused");
        }
    };
    private RemoteUnits units;

    @BeforeEach
    void create() {
        Signatures signatures = ClusterUnderTest.signatures(ClusterUnderTest.member("gateway"));
        units = new RemoteUnits(
                new InnerClient(vertx, signatures),
                new UnitFiles(vertx, signatures),
                workers,
                () -> "http://127.0.0.1:1",
                new SimpleMeterRegistry(),
                time);
        announced("a");
        announced("b");
    }

    @AfterEach
    void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void anOfferIsDispatchedAtOnce() {
        units.offered(OFFER, message, dispatched::add);

        assertThat(dispatched).hasSize(1);
        assertThat(settled).isEmpty();
    }

    @Test
    void anOfferOfAWorkerThatIsAwayWaitsForItsAnnouncement() {
        workers.suspect("a");
        units.offered(OFFER, message, dispatched::add);
        assertThat(dispatched).isEmpty();

        announced("a");
        time.advance(RemoteUnits.ANNOUNCED);

        assertThat(dispatched).hasSize(1);
        assertThat(dispatched.getFirst().isExpired()).isFalse();
        assertThat(settled).isEmpty();
    }

    @Test
    void anOfferOfAWorkerThatStaysAwayGoesToTheOthers() {
        workers.suspect("a");
        units.offered(OFFER, message, dispatched::add);
        assertThat(settled).isEmpty();

        time.advance(RemoteUnits.ANNOUNCED);

        assertThat(dispatched).isEmpty();
        assertThat(settled).containsExactly("refused");
    }

    private void announced(String worker) {
        workers.announced(new WorkerStatus(worker, "127.0.0.1", 8090, 4, 0, 8.0));
    }
}
