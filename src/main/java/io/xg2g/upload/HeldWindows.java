package io.xg2g.upload;

import io.xg2g.queue.Delivery;
import io.xg2g.queue.Lease;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Windows of channels that the target does not take, which wait in the queue, under lease and without being in memory, so that those
 * of other channels behind them are taken. Thread-safe.
 */
final class HeldWindows {
    /** By channel, the leases by their sequence. */
    private final Map<String, TreeMap<Long, Lease<Upload>>> held = new HashMap<>();

    synchronized void hold(Delivery<Upload> window) {
        held.computeIfAbsent(window.item().channel(), _ -> new TreeMap<>()).put(window.sequence(), window.lease());
    }

    /** Returns whether a window that precedes this one is held: their order would be lost if this one was uploaded first. */
    synchronized boolean precede(Delivery<Upload> window) {
        TreeMap<Long, Lease<Upload>> ofChannel = held.get(window.item().channel());
        return ofChannel != null && ofChannel.firstKey() < window.sequence();
    }

    /** Returns the channels that have some. */
    synchronized List<String> channels() {
        return List.copyOf(held.keySet());
    }

    /** Puts the first windows of a channel back into the queue, whose next ones they are then. */
    void release(String channel, int most) {
        List<Lease<Upload>> first = new ArrayList<>();
        synchronized (this) {
            while (first.size() < most && held.containsKey(channel)) {
                first.add(takeFirst(channel));
            }
        }
        first.forEach(Lease::putBack);
    }

    /**
     * Drops the oldest window of some channels.
     *
     * @return false if they have none
     */
    boolean dropOldest(Predicate<String> channels) {
        Optional<Lease<Upload>> oldest;
        synchronized (this) {
            oldest = held.entrySet().stream()
                    .filter(entry -> channels.test(entry.getKey()))
                    .min(Comparator.comparing(entry -> entry.getValue().firstKey()))
                    .map(entry -> takeFirst(entry.getKey()));
        }
        oldest.ifPresent(Lease::acknowledge);
        return oldest.isPresent();
    }

    private Lease<Upload> takeFirst(String channel) {
        TreeMap<Long, Lease<Upload>> ofChannel = Objects.requireNonNull(held.get(channel));
        Lease<Upload> first = ofChannel.pollFirstEntry().getValue();
        if (ofChannel.isEmpty()) {
            held.remove(channel);
        }
        return first;
    }
}
