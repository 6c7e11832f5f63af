package io.xg2g.cluster;

import io.micrometer.core.instrument.MeterRegistry;
import io.xg2g.cluster.OfferBook.Slot;
import io.xg2g.dispatch.QueueSnapshot;
import io.xg2g.gpu.Device;
import io.xg2g.schedule.TimeSource;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Offers the free slots of a worker on the broker, and announces the worker each second. A slot is offered when it becomes free, when
 * its offer has expired, and when the broker is connected again. Thread-safe; nothing blocks.
 */
final class SlotOffers {
    /** Time between two announcements, and two looks at the devices. */
    static final Duration PERIOD = Duration.ofSeconds(1);

    /**
     * An announcement that is so late may have come to gateways after they took this worker for {@linkplain Workers#isAway away}, and
     * refused its offers: the broker does not give them the same ones again.
     */
    private static final Duration LATE = Workers.LIFE.minus(PERIOD);

    /** Connection to the broker. */
    interface Link {
        /** Returns how many offers can be sent now. */
        int room();

        /** Sends an offer, which the broker drops after {@link OfferBook#LIFE}. */
        void offer(SlotOffer offer);

        /** Sends an announcement. */
        void announce(WorkerStatus status);
    }

    /** This worker, as offers name it. */
    record Self(String name, String host, int port) {}

    private final Supplier<Self> self;
    private final Supplier<QueueSnapshot> queue;
    private final BooleanSupplier usable;
    private final Function<String, Optional<Device>> devices;
    private final OfferMetrics metrics;
    private final TimeSource time;

    /** Guarded by this. */
    private final OfferBook book = new OfferBook();

    /** Guarded by this. */
    private boolean closed;

    /** When this worker was announced last, or connected. Guarded by this. */
    private long announcedAt;

    /** Whether the latest announcement was late. Guarded by this. */
    private boolean late;

    /** Whether a timer for the oldest offer runs. Guarded by this. */
    private boolean armed;

    private volatile Runnable wake = () -> {};

    /**
     * Creates one.
     *
     * @param self returns this worker; called only when there is a connection
     * @param queue returns the slots of its devices
     * @param usable returns whether units can be encoded at all: a worker whose disk is full, and which is free again at once, would
     *     otherwise take most units
     * @param devices returns a device by its id
     */
    SlotOffers(
            Supplier<Self> self,
            Supplier<QueueSnapshot> queue,
            BooleanSupplier usable,
            Function<String, Optional<Device>> devices,
            MeterRegistry registry,
            TimeSource time) {
        this.self = self;
        this.queue = queue;
        this.usable = usable;
        this.devices = devices;
        this.time = time;
        metrics = new OfferMetrics(registry, this::offered, this::taken);
    }

    /**
     * Offers all free slots again, by a new connection.
     *
     * @param wake has {@link #send} called soon on the context of the connection
     */
    void connected(Runnable wake) {
        synchronized (this) {
            announcedAt = time.nanoTime();
            book.renew(announcedAt);
        }
        this.wake = wake;
        wake.run();
    }

    /** Sends what can be offered now; on the context of the connection. */
    void send(Link link) {
        QueueSnapshot now = queue.get();
        Map<String, Integer> slots = usable.getAsBoolean() ? slots(now) : Map.of();
        List<OfferBook.Offer> offers;
        int expired;
        synchronized (this) {
            book.resize(slots);
            expired = book.expire(time.nanoTime());
            offers = book.offer(link.room(), time.nanoTime());
            arm();
        }
        metrics.expired(expired);
        if (!offers.isEmpty()) {
            Self worker = self.get();
            double speed = now.speed() / now.slots();
            offers.forEach(offer -> devices.apply(offer.device())
                    .ifPresent(device -> link.offer(new SlotOffer(
                            offer.id(),
                            worker.name(),
                            worker.host(),
                            worker.port(),
                            device.id(),
                            device.vendor(),
                            device.name(),
                            speed))));
        }
    }

    /** Has the oldest offer made again as soon as it has expired; guarded by this. */
    private void arm() {
        OptionalLong next = book.nextExpiry();
        if (!armed && next.isPresent()) {
            armed = true;
            var _ = time.schedule(Duration.ofNanos(Math.max(0, next.getAsLong() - time.nanoTime())), () -> {
                synchronized (this) {
                    armed = false;
                }
                wake.run();
            });
        }
    }

    /**
     * Announces this worker, and sends what can be offered now; each second, on the context of the connection. After an announcement
     * that was late, which gateways have received by the next one, all free slots are offered again.
     */
    void announce(Link link) {
        QueueSnapshot now = queue.get();
        boolean offers = usable.getAsBoolean();
        synchronized (this) {
            offers &= !closed;
            long at = time.nanoTime();
            if (late) {
                book.renew(at);
            }
            late = at - announcedAt > LATE.toNanos();
            announcedAt = at;
        }
        Self worker = self.get();
        link.announce(new WorkerStatus(
                worker.name(),
                worker.host(),
                worker.port(),
                offers ? now.slots() : 0,
                now.running(),
                offers ? now.speed() : 0));
        send(link);
    }

    /** Returns the slots by device: as many as units can run at once, those of GPUs first. */
    static Map<String, Integer> slots(QueueSnapshot queue) {
        Map<String, Integer> slots = new LinkedHashMap<>();
        int left = queue.slots();
        for (QueueSnapshot.DeviceLoad device : queue.devices().stream()
                .filter(QueueSnapshot.DeviceLoad::healthy)
                .sorted(Comparator.comparing(device -> device.id().equals(Device.SOFTWARE.id())))
                .toList()) {
            int number = Math.min(device.slots(), left);
            if (number > 0) {
                slots.put(device.id(), number);
                left -= number;
            }
        }
        return slots;
    }

    /** Takes the slot of an offer; empty if the offer is not valid any more. */
    synchronized Optional<Slot> take(String offer) {
        return book.take(offer, time.nanoTime());
    }

    /** Frees a slot, and offers it. */
    void free(Slot slot) {
        synchronized (this) {
            book.free(slot);
        }
        wake.run();
    }

    /** Withdraws all offers for good; units that run are not affected. */
    void close() {
        synchronized (this) {
            closed = true;
            book.close();
        }
        wake.run();
    }

    private synchronized int offered() {
        return book.offered();
    }

    private synchronized int taken() {
        return book.taken();
    }
}
