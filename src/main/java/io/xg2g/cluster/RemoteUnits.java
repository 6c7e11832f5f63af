package io.xg2g.cluster;

import io.micrometer.core.instrument.MeterRegistry;
import io.xg2g.dispatch.RemoteSlot;
import io.xg2g.schedule.TimeSource;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * What the runs of a gateway's units at workers have in common.
 *
 * @param origin returns scheme, host and port of this gateway's port for the other members
 */
record RemoteUnits(
        InnerClient client,
        UnitFiles files,
        Workers workers,
        Supplier<String> origin,
        RemoteMetrics metrics,
        TimeSource time) {

    /** Time in which a worker that is there announces itself; shorter than {@link OfferBook#GRACE}. */
    static final Duration ANNOUNCED = SlotOffers.PERIOD.plusMillis(200);

    RemoteUnits(
            InnerClient client,
            UnitFiles files,
            Workers workers,
            Supplier<String> origin,
            MeterRegistry registry,
            TimeSource time) {
        this(client, files, workers, origin, new RemoteMetrics(registry, workers::number), time);
    }

    /**
     * Hands an offer to the dispatcher. That of a worker that is away is kept until its next announcement would have come; then it is
     * given back to the other gateways if there was none. It is not refused before, since the broker does not give it to this gateway
     * again.
     */
    void offered(SlotOffer offer, OfferedSlot.Message message, Consumer<RemoteSlot> dispatcher) {
        OfferedSlot slot = new OfferedSlot(offer, message, this);
        if (workers.isAway(offer.worker())) {
            var _ = time.schedule(ANNOUNCED, () -> {
                if (workers.isAway(offer.worker())) {
                    slot.refuse();
                } else {
                    dispatcher.accept(slot);
                }
            });
        } else {
            dispatcher.accept(slot);
        }
    }
}
