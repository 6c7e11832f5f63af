package io.xg2g.cluster;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The slots of a worker, and their offers. Not thread-safe.
 *
 * <pre>
 *   idle --offer--> offered --take--> busy --free--> idle
 *                   offered --{@link #LIFE} has passed, or the broker was lost--> idle
 * </pre>
 *
 * <p>The worker's monotonic clock decides. The offer before the latest one of a slot stays valid for {@link #GRACE}, since a gateway
 * may have received it just before it expired; one of the two is taken.
 */
final class OfferBook {
    /** Time for which the broker keeps an offer. */
    static final Duration LIFE = Duration.ofSeconds(10);

    /** Time from the receipt of an offer to the start of a unit, at most. */
    static final Duration GRACE = Duration.ofSeconds(2);

    /** A slot. It is offered if it has an id, and is not busy. */
    static final class Slot {
        private final String device;
        private @Nullable String id;
        private @Nullable String previous;

        /** Time of the latest offer, or of its withdrawal. */
        private long changedAt;

        private boolean busy;

        private Slot(String device) {
            this.device = device;
        }

        private void withdraw(long now) {
            if (id != null) {
                previous = id;
                id = null;
                changedAt = now;
            }
        }

        private boolean isOffered(String offer, long now) {
            return offer.equals(id) || (offer.equals(previous) && now - changedAt <= GRACE.toNanos());
        }
    }

    /** An offer to be sent. */
    record Offer(String id, String device) {}

    private final Supplier<String> ids;
    private final List<Slot> slots = new ArrayList<>();
    private boolean closed;

    OfferBook() {
        this(() -> UUID.randomUUID().toString());
    }

    OfferBook(Supplier<String> ids) {
        this.ids = ids;
    }

    /**
     * Sets the number of slots of each device. Offers of slots that are gone are not valid any more; units that run in them
     * continue.
     */
    void resize(Map<String, Integer> devices) {
        slots.removeIf(slot -> !slot.busy && !devices.containsKey(slot.device));
        devices.forEach((device, number) -> {
            long present =
                    slots.stream().filter(slot -> slot.device.equals(device)).count();
            for (; present < number; present++) {
                slots.add(new Slot(device));
            }
            for (Iterator<Slot> each = slots.iterator(); each.hasNext() && present > number; ) {
                Slot slot = each.next();
                if (slot.device.equals(device) && !slot.busy) {
                    each.remove();
                    present--;
                }
            }
        });
    }

    /** Withdraws what has expired; returns the number. */
    int expire(long now) {
        int expired = 0;
        for (Slot slot : slots) {
            if (!slot.busy && slot.id != null && now - slot.changedAt >= LIFE.toNanos()) {
                slot.withdraw(now);
                expired++;
            }
        }
        return expired;
    }

    /** Offers all again: the broker may have lost them, or gateways may have refused them. */
    void renew(long now) {
        slots.stream().filter(slot -> !slot.busy).forEach(slot -> slot.withdraw(now));
    }

    /**
     * Offers idle slots.
     *
     * @param max number of offers that can be sent now
     */
    List<Offer> offer(int max, long now) {
        List<Offer> offers = new ArrayList<>();
        for (Slot slot : slots) {
            if (!closed && !slot.busy && slot.id == null && offers.size() < max) {
                String id = ids.get();
                slot.id = id;
                slot.changedAt = now;
                offers.add(new Offer(id, slot.device));
            }
        }
        return offers;
    }

    /** Returns when the oldest offer expires; empty if there is none. */
    OptionalLong nextExpiry() {
        return slots.stream()
                .filter(slot -> !slot.busy && slot.id != null)
                .mapToLong(slot -> slot.changedAt + LIFE.toNanos())
                .reduce((first, second) -> first - second < 0 ? first : second);
    }

    /** Takes the slot of an offer, which is busy until it is {@linkplain #free freed}; empty if the offer is not valid. */
    Optional<Slot> take(String offer, long now) {
        Optional<Slot> found = closed
                ? Optional.empty()
                : slots.stream()
                        .filter(slot -> !slot.busy && slot.isOffered(offer, now))
                        .findFirst();
        found.ifPresent(slot -> {
            slot.busy = true;
            slot.id = null;
            slot.previous = null;
        });
        return found;
    }

    /** Frees a slot that was taken. */
    void free(Slot slot) {
        slot.busy = false;
    }

    /** Withdraws all offers for good. */
    void close() {
        closed = true;
        slots.removeIf(slot -> !slot.busy);
    }

    /** Returns the number of slots whose offers are valid. */
    int offered() {
        return (int)
                slots.stream().filter(slot -> !slot.busy && slot.id != null).count();
    }

    /** Returns the number of slots in use. */
    int taken() {
        return (int) slots.stream().filter(slot -> slot.busy).count();
    }
}
