package io.xg2g.bench;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.xg2g.dispatch.DispatcherForBench;
import io.xg2g.dispatch.RemoteRun;
import io.xg2g.dispatch.RemoteSlot;
import io.xg2g.ffmpeg.Failure;
import io.xg2g.ffmpeg.TranscodeOutcome;
import io.xg2g.gpu.Device;
import io.xg2g.gpu.Vendor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** A simulated worker with one GPU, which offers each free slot on the broker. */
final class ScaleWorker {
    /** Silence after which a gateway gives a worker up. */
    private static final long SILENCE = Duration.ofSeconds(3).toNanos();

    private static final long SHORTEST_RUN = Duration.ofMillis(300).toNanos();
    private static final long LONGEST_RUN = Duration.ofMillis(700).toNanos();

    /** One offer of a slot. */
    final class Offer {
        private final Slot slot;

        private Offer(Slot slot) {
            this.slot = slot;
        }

        /** The slot as a gateway sees it. */
        RemoteSlot at(ScaleGateway gateway) {
            return new Received(this, gateway);
        }

        private ScaleWorker worker() {
            return ScaleWorker.this;
        }
    }

    /** A slot: idle with its current offer, or busy. */
    private static final class Slot {
        private @Nullable Offer offered;
        private boolean busy;
    }

    private final String name;
    private final Device device;
    private final SimulatedTime time;
    private final SimulatedBroker<Offer> broker;
    private final long hop;
    private final SplittableRandom random;
    private final List<Slot> slots = new ArrayList<>();
    private boolean dead;

    /**
     * Creates a worker that has offered nothing yet.
     *
     * @param hop time of a request to the worker, one way, in nanoseconds
     */
    ScaleWorker(
            String name,
            int slots,
            SimulatedTime time,
            SimulatedBroker<Offer> broker,
            long hop,
            SplittableRandom random) {
        this.name = name;
        this.device = new Device(name, Vendor.NVIDIA, "simulated", 0, "");
        this.time = time;
        this.broker = broker;
        this.hop = hop;
        this.random = random;
        for (int i = 0; i < slots; i++) {
            this.slots.add(new Slot());
        }
    }

    String name() {
        return name;
    }

    /** Offers all idle slots, with new offers. */
    void offer() {
        slots.forEach(this::offer);
    }

    private void offer(Slot slot) {
        if (dead || slot.busy) {
            return;
        }
        Offer offer = new Offer(slot);
        slot.offered = offer;
        broker.send(offer);
        time.after(SimulatedBroker.LIFE.toNanos(), () -> {
            if (slot.offered == offer) {
                offer(slot);
            }
        });
    }

    /** Ends the worker with all its units. */
    void kill() {
        dead = true;
    }

    private void run(Offer offer, ScaleGateway gateway, UniEmitter<? super TranscodeOutcome> outcome) {
        Slot slot = offer.slot;
        if (dead) {
            lost(gateway, outcome);
        } else if (slot.offered != offer) {
            time.after(hop, () -> gateway.ended(outcome, failed(Failure.Kind.SLOT_GONE)));
        } else {
            slot.offered = null;
            slot.busy = true;
            time.after(random.nextLong(SHORTEST_RUN, LONGEST_RUN), () -> {
                slot.busy = false;
                if (dead) {
                    lost(gateway, outcome);
                } else {
                    time.after(hop, () -> gateway.ended(outcome, DispatcherForBench.DONE));
                    offer(slot);
                }
            });
        }
    }

    /** The silence begins before the gateway notices it: on average half of a run, which is left out. */
    private void lost(ScaleGateway gateway, UniEmitter<? super TranscodeOutcome> outcome) {
        time.after(SILENCE, () -> gateway.ended(outcome, failed(Failure.Kind.WORKER_LOST)));
    }

    private static TranscodeOutcome failed(Failure.Kind kind) {
        return new TranscodeOutcome.Failed("none", new Failure(kind, "simulated"));
    }

    /** An offer that a gateway has received. */
    private record Received(Offer offer, ScaleGateway gateway) implements RemoteSlot {
        @Override
        public String worker() {
            return offer.worker().name;
        }

        @Override
        public Device device() {
            return offer.worker().device;
        }

        @Override
        public boolean isExpired() {
            return false;
        }

        @Override
        public Uni<TranscodeOutcome> run(RemoteRun run) {
            ScaleWorker worker = offer.worker();
            worker.broker.accept();
            return Uni.createFrom()
                    .emitter(outcome -> worker.time.after(worker.hop, () -> worker.run(offer, gateway, outcome)));
        }

        @Override
        public void release() {
            offer.worker().broker.release(offer);
        }

        @Override
        public void refuse() {
            // The broker gives it to another gateway, of which there are many.
            offer.worker().broker.release(offer);
        }
    }
}
