package io.xg2g.upload;

import io.xg2g.queue.Delivery;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * The deliveries that are in memory, by channel: one channel is worked on by one thread at a time, in order; premium channels
 * come first, among the others the one that has waited longest. Bounded in bytes and items.
 *
 * <p>A channel that has failed {@value #FAILING} times in a row, without progress, has one window here; its others are held in the
 * queue ({@link HeldWindows}), so that it does not take the room of those that the target may accept. Thread-safe.
 */
final class Lanes {
    /** Windows of a channel that are uploaded together, at most: the playlists of all but the last one are superseded. */
    private static final int TOGETHER = 8;

    private static final int MAX_ITEMS = 256;

    /** Failures in a row from which on a channel has one window in memory. */
    private static final int FAILING = 2;

    /** Deliveries of one channel, in order. */
    private static final class Lane {
        private final Deque<Delivery<Upload>> waiting = new ArrayDeque<>();
        private final boolean premium;
        private boolean busy;
        private int failures;
        private long notBefore;
        private long since;

        private Lane(boolean premium) {
            this.premium = premium;
        }

        private boolean isFailing() {
            return failures >= FAILING;
        }
    }

    /**
     * Consecutive deliveries of one channel and of one kind.
     *
     * @param failures number of attempts in a row without progress that began with the first of them
     */
    record Work(String channel, List<Delivery<Upload>> deliveries, int failures) {
        boolean isDeletion() {
            return deliveries.getFirst().item() instanceof Upload.Deletion;
        }
    }

    private final long maxBytes;
    private final HeldWindows held;
    private final LongSupplier nanos;
    private final Map<String, Lane> lanes = new LinkedHashMap<>();
    private long bytes;
    private int items;

    /**
     * Creates empty lanes.
     *
     * @param maxBytes bound on the deliveries of channels that are not premium, exceeded by at most one
     * @param held receives the windows of channels that fail
     * @param nanos monotonic clock
     */
    Lanes(long maxBytes, HeldWindows held, LongSupplier nanos) {
        this.maxBytes = maxBytes;
        this.held = held;
        this.nanos = nanos;
    }

    /**
     * Returns whether there is room for another delivery.
     *
     * @param premium of a premium channel, which may use as much again as all others
     */
    synchronized boolean hasRoom(boolean premium) {
        int share = premium ? 2 : 1;
        return bytes < share * maxBytes && items < share * MAX_ITEMS;
    }

    /** Adds a delivery behind all others of its channel; it is held if the channel fails. */
    synchronized void add(Delivery<Upload> delivery, boolean premium) {
        Lane known = lanes.get(delivery.item().channel());
        if ((known != null && known.isFailing()) || held.precede(delivery)) {
            hold(delivery);
            return;
        }
        Lane lane = lanes.computeIfAbsent(delivery.item().channel(), _ -> new Lane(premium));
        if (lane.waiting.isEmpty()) {
            lane.since = nanos.getAsLong();
        }
        lane.waiting.addLast(delivery);
        bytes += delivery.item().bytes();
        items++;
    }

    /** Leaves a delivery to the queue, until its channel does not fail any more. */
    private void hold(Delivery<Upload> delivery) {
        if (delivery.item() instanceof Upload.Deletion) {
            // They have no order.
            delivery.putBack(Uploader.RETENTION);
        } else {
            held.hold(delivery);
        }
    }

    /**
     * Puts held windows of channels that do not fail any more back into the queue, as many as are uploaded together.
     *
     * @return whether there were any
     */
    synchronized boolean release() {
        boolean any = false;
        for (String channel : held.channels()) {
            Lane lane = lanes.get(channel);
            if (lane == null || (!lane.isFailing() && lane.waiting.isEmpty())) {
                held.release(channel, TOGETHER);
                any = true;
            }
        }
        return any;
    }

    /** Returns the next work, whose channel is busy until {@link #ended} or {@link #failed}. */
    synchronized Optional<Work> next() {
        long now = nanos.getAsLong();
        return lanes.entrySet().stream()
                .filter(entry -> isReady(entry.getValue(), now))
                .min(Comparator.comparing((Map.Entry<String, Lane> entry) -> !entry.getValue().premium)
                        .thenComparing(entry -> entry.getValue().since - now))
                .map(entry -> take(entry.getKey(), entry.getValue()));
    }

    private static boolean isReady(Lane lane, long now) {
        return !lane.busy && !lane.waiting.isEmpty() && (lane.failures == 0 || now - lane.notBefore >= 0);
    }

    private static Work take(String channel, Lane lane) {
        List<Delivery<Upload>> together = new ArrayList<>();
        boolean deletion = lane.waiting.getFirst().item() instanceof Upload.Deletion;
        while (together.size() < TOGETHER
                && !lane.waiting.isEmpty()
                && deletion == lane.waiting.getFirst().item() instanceof Upload.Deletion) {
            together.add(lane.waiting.removeFirst());
        }
        lane.busy = true;
        return new Work(channel, List.copyOf(together), lane.failures);
    }

    /** The work is done, and its deliveries are not needed any more. */
    synchronized void ended(Work work) {
        work.deliveries().forEach(delivery -> bytes -= delivery.item().bytes());
        items -= work.deliveries().size();
        Lane lane = free(work);
        lane.failures = 0;
        if (lane.waiting.isEmpty()) {
            lanes.remove(work.channel());
        }
    }

    /**
     * The work has to be repeated.
     *
     * @param progress whether a part of it was done
     * @param delay before the next attempt
     */
    synchronized void failed(Work work, boolean progress, Duration delay) {
        Lane lane = free(work);
        work.deliveries().reversed().forEach(lane.waiting::addFirst);
        lane.failures = progress ? 1 : lane.failures + 1;
        while (lane.isFailing() && lane.waiting.size() > 1) {
            Delivery<Upload> last = lane.waiting.removeLast();
            bytes -= last.item().bytes();
            items--;
            hold(last);
        }
        lane.notBefore = nanos.getAsLong() + delay.toNanos();
    }

    private Lane free(Work work) {
        Lane lane = lanes.getOrDefault(work.channel(), new Lane(false));
        lane.busy = false;
        lane.since = nanos.getAsLong();
        return lane;
    }

    /** Returns the time until the first channel that waits after a failure is ready again; at most a bound. */
    synchronized Duration untilReady(Duration most) {
        long now = nanos.getAsLong();
        long least = most.toNanos();
        for (Lane lane : lanes.values()) {
            if (!lane.busy && !lane.waiting.isEmpty() && lane.failures > 0) {
                least = Math.min(least, Math.max(0, lane.notBefore - now));
            }
        }
        return Duration.ofNanos(least);
    }
}
