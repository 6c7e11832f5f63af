package io.xg2g.channel;

import io.xg2g.packaging.ChannelTime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Registry of the {@link ChannelTime} of each running channel, and of stopped ones while players can still have a
 * playlist of them. Thread-safe.
 */
final class ChannelTimes {
    private static final class Entry {
        final ChannelTime time;
        long lastUsed;

        Entry(ChannelTime time) {
            this.time = time;
        }
    }

    private final InstantSource clock;
    private final LongSupplier nanos;
    private final Duration retention;
    private final Instant programStart;
    private final Map<String, Entry> entries = new HashMap<>();

    /**
     * Creates an empty registry.
     *
     * @param clock time of day, which may be set back
     * @param nanos clock, as {@link System#nanoTime}
     * @param retention maximum time that players can use a playlist of a stopped channel
     */
    ChannelTimes(InstantSource clock, LongSupplier nanos, Duration retention) {
        this.clock = clock;
        this.nanos = nanos;
        this.retention = retention;
        this.programStart = clock.instant();
    }

    /** Returns the time of a channel that starts. */
    synchronized ChannelTime of(String channel) {
        Entry entry = entries.computeIfAbsent(channel, _ -> new Entry(new ChannelTime(clock, programStart)));
        entry.lastUsed = nanos.getAsLong();
        return entry.time;
    }

    /**
     * Evicts stopped channels after the retention, as soon as the time of day has passed the end of their media. Must
     * be called every few seconds.
     *
     * @param running ids of the running channels
     * @param evicted receives each evicted id, before the channel can start again
     */
    synchronized void evictUnused(Set<String> running, Consumer<String> evicted) {
        long now = nanos.getAsLong();
        for (Iterator<Map.Entry<String, Entry>> all = entries.entrySet().iterator(); all.hasNext(); ) {
            Map.Entry<String, Entry> next = all.next();
            Entry entry = next.getValue();
            if (running.contains(next.getKey())) {
                entry.lastUsed = now;
            } else if (now - entry.lastUsed > retention.toNanos()
                    && entry.time.endsBefore(clock.instant().minus(retention))) {
                all.remove();
                evicted.accept(next.getKey());
            }
        }
    }
}
