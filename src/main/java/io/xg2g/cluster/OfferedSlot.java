package io.xg2g.cluster;

import io.smallrye.mutiny.Uni;
import io.xg2g.dispatch.RemoteRun;
import io.xg2g.dispatch.RemoteSlot;
import io.xg2g.ffmpeg.TranscodeOutcome;
import io.xg2g.gpu.Device;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Offer of a worker's slot that this gateway has received. The broker's message is settled once: taken, given back to all, or given
 * back to the others. Thread-safe.
 */
final class OfferedSlot implements RemoteSlot {

    /** Settles the message; the first call counts. None blocks. */
    interface Message {
        /** The slot is in use, or the offer is not valid: nobody gets the message. */
        void accept();

        /** Any gateway gets the message. */
        void release();

        /** Another gateway gets the message. */
        void refuse();
    }

    private final SlotOffer offer;
    private final Message message;
    private final RemoteUnits units;
    private final Device device;
    private final long receivedAt;
    private final AtomicBoolean settled = new AtomicBoolean();

    OfferedSlot(SlotOffer offer, Message message, RemoteUnits units) {
        this.offer = offer;
        this.message = message;
        this.units = units;
        device = new Device(offer.worker() + "/" + offer.device(), offer.vendor(), offer.name(), 0, "");
        receivedAt = units.time().nanoTime();
    }

    SlotOffer offer() {
        return offer;
    }

    /** Returns the time since the offer was received. */
    Duration age() {
        return Duration.ofNanos(units.time().nanoTime() - receivedAt);
    }

    @Override
    public String worker() {
        return offer.worker();
    }

    @Override
    public Device device() {
        return device;
    }

    @Override
    public boolean isExpired() {
        return age().compareTo(OfferBook.GRACE) > 0;
    }

    @Override
    public Uni<TranscodeOutcome> run(RemoteRun run) {
        return Uni.createFrom().emitter(emitter -> new UnitCall(this, run, units, emitter).start());
    }

    /** Records that the worker has taken or refused the offer. */
    void taken() {
        if (settled.compareAndSet(false, true)) {
            message.accept();
        }
    }

    @Override
    public void release() {
        if (settled.compareAndSet(false, true)) {
            units.metrics().returned();
            message.release();
        }
    }

    @Override
    public void refuse() {
        if (settled.compareAndSet(false, true)) {
            units.metrics().returned();
            message.refuse();
        }
    }
}
