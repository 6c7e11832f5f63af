package io.xg2g.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.xg2g.dispatch.QueueSnapshot;
import io.xg2g.dispatch.QueueSnapshot.DeviceLoad;
import io.xg2g.gpu.Device;
import io.xg2g.gpu.Vendor;
import io.xg2g.schedule.ManualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SlotOffersTest {
    private static final Device GPU = new Device("GPU-1", Vendor.NVIDIA, "NVIDIA L4", 0, "");

    /** Connection that records what is sent. */
    private static final class FakeLink implements SlotOffers.Link {
        private final List<SlotOffer> offers = new ArrayList<>();
        private final List<WorkerStatus> announcements = new ArrayList<>();
        private int room = 100;

        @Override
        public int room() {
            return room;
        }

        @Override
        public void offer(SlotOffer offer) {
            offers.add(offer);
        }

        @Override
        public void announce(WorkerStatus status) {
            announcements.add(status);
        }
    }

    private final ManualTime time = new ManualTime();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final FakeLink link = new FakeLink();
    private QueueSnapshot queue = queue(2, new DeviceLoad("GPU-1", "NVIDIA L4", 2, 0, true, ""));
    private boolean usable = true;
    private final SlotOffers offers = new SlotOffers(
            () -> new SlotOffers.Self("worker-0", "10.0.0.7", 8090),
            () -> queue,
            () -> usable,
            id -> Optional.of(GPU).filter(device -> device.id().equals(id)),
            registry,
            time);

    @Test
    void aConnectionGetsAnOfferOfEachSlot() {
        offers.connected(() -> offers.send(link));

        assertThat(link.offers).hasSize(2).allSatisfy(offer -> {
            assertThat(offer.worker()).isEqualTo("worker-0");
            assertThat(offer.host()).isEqualTo("10.0.0.7");
            assertThat(offer.port()).isEqualTo(8090);
            assertThat(offer.device()).isEqualTo("GPU-1");
            assertThat(offer.vendor()).isEqualTo(Vendor.NVIDIA);
            assertThat(offer.speed()).isEqualTo(5);
        });
        assertThat(gauge("offered")).isEqualTo(2);
    }

    @Test
    void aSlotIsOfferedAgainWhenItIsFree() {
        offers.connected(() -> offers.send(link));
        OfferBook.Slot slot = offers.take(link.offers.getFirst().id()).orElseThrow();
        assertThat(gauge("taken")).isEqualTo(1);

        offers.free(slot);

        assertThat(link.offers).hasSize(3);
        assertThat(gauge("taken")).isZero();
    }

    @Test
    void offersThatExpireAreMadeAgain() {
        offers.connected(() -> offers.send(link));
        time.advance(OfferBook.LIFE.minusMillis(1));
        assertThat(link.offers).hasSize(2);
        time.advance(Duration.ofMillis(1));

        assertThat(link.offers).hasSize(4);
        assertThat(registry.get("xg2g.cluster.slots.expired").counter().count()).isEqualTo(2);
    }

    /** The worker's own clock of dates may jump; it decides nothing. */
    @Test
    void offersFollowTheDevices() {
        offers.connected(() -> offers.send(link));
        queue = queue(0, new DeviceLoad("GPU-1", "NVIDIA L4", 2, 0, false, "device-fault"));
        offers.announce(link);
        assertThat(offers.take(link.offers.getFirst().id())).isEmpty();
        assertThat(link.announcements.getLast()).isEqualTo(new WorkerStatus("worker-0", "10.0.0.7", 8090, 0, 0, 10));

        queue = queue(2, new DeviceLoad("GPU-1", "NVIDIA L4", 2, 0, true, ""));
        offers.announce(link);
        assertThat(link.offers).hasSize(4);
    }

    /** It would fail each unit at once, and so be the first that is free again. */
    @Test
    void aWorkerWhoseDiskIsFullOffersNothing() {
        offers.connected(() -> offers.send(link));
        usable = false;
        offers.announce(link);
        assertThat(offers.take(link.offers.getFirst().id())).isEmpty();
        assertThat(link.announcements.getLast().slots()).isZero();

        usable = true;
        offers.announce(link);
        assertThat(link.announcements.getLast().slots()).isEqualTo(2);
        assertThat(link.offers).hasSize(4);
    }

    @Test
    void whatCannotBeSentIsSentLater() {
        link.room = 0;
        offers.connected(() -> offers.send(link));
        assertThat(link.offers).isEmpty();

        link.room = 1;
        offers.send(link);
        assertThat(link.offers).hasSize(1);
    }

    @Test
    void aNewConnectionGetsAllOffers() {
        offers.connected(() -> offers.send(link));
        FakeLink second = new FakeLink();
        offers.connected(() -> offers.send(second));

        assertThat(second.offers).hasSize(2);
        assertThat(offers.take(second.offers.getFirst().id())).isPresent();
    }

    /** Gateways that have refused the offers of a worker that was paused get others, when they have heard of it again. */
    @Test
    void offersAreMadeAgainAfterAPause() {
        offers.connected(() -> offers.send(link));
        time.advance(SlotOffers.PERIOD);
        offers.announce(link);
        time.advance(Duration.ofSeconds(3));
        offers.announce(link);
        assertThat(link.offers).hasSize(2);

        time.advance(SlotOffers.PERIOD);
        offers.announce(link);
        assertThat(link.offers).hasSize(4);
        assertThat(gauge("offered")).isEqualTo(2);

        time.advance(SlotOffers.PERIOD);
        offers.announce(link);
        assertThat(link.offers).hasSize(4);
    }

    @Test
    void aWorkerThatEndsTakesNothingAndAnnouncesNoSlots() {
        offers.connected(() -> offers.send(link));
        offers.close();
        offers.announce(link);

        assertThat(offers.take(link.offers.getFirst().id())).isEmpty();
        assertThat(link.offers).hasSize(2);
        assertThat(link.announcements.getLast()).isEqualTo(new WorkerStatus("worker-0", "10.0.0.7", 8090, 0, 0, 0));
    }

    @Test
    void theProcessorIsOfferedOnlyWithoutGpus() {
        DeviceLoad gpu = new DeviceLoad("GPU-1", "NVIDIA L4", 2, 0, true, "");
        DeviceLoad cpu = new DeviceLoad("software", "software encoding", 4, 0, true, "");

        assertThat(SlotOffers.slots(queue(2, cpu, gpu))).isEqualTo(Map.of("GPU-1", 2));
        assertThat(SlotOffers.slots(queue(4, cpu, new DeviceLoad("GPU-1", "NVIDIA L4", 2, 0, false, "device-fault"))))
                .isEqualTo(Map.of("software", 4));
        assertThat(SlotOffers.slots(queue(1, gpu))).isEqualTo(Map.of("GPU-1", 1));
    }

    private double gauge(String state) {
        return registry.get("xg2g.cluster.slots").tag("state", state).gauge().value();
    }

    private static QueueSnapshot queue(int slots, DeviceLoad... devices) {
        return new QueueSnapshot(
                List.of(0, 0, 0),
                100,
                0,
                slots,
                Duration.ZERO,
                Duration.ZERO,
                0,
                List.of(0.0, 0.0, 0.0),
                10,
                List.of(devices),
                Optional.empty(),
                true);
    }
}
