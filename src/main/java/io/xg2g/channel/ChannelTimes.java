package io.xg2g.channel;

import io.xg2g.packaging.ChannelTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * The {@link ChannelTime} of each channel that runs, or has run so lately that a player may still hold a playlist of it.
 * Thread-safe.
 */
final class ChannelTimes {
    private static final class Entry {
        final ChannelTime time;
        long lastUsed;

        Entry(ChannelTime time) {
            this.time = time;
        }
    }

    private final Clock clock;
    private final LongSupplier nanos;
    private final Duration keep;
    private final Instant programStart;
    private final Map<String, Entry> entries = new HashMap<>();

    /**
     * No channel's yet.
     *
     * @param nanos a clock that is never set, for how long a channel does not run
     * @param keep for how long a player can hold a playlist of a channel that does not run any more
     */
    ChannelTimes(Clock clock, LongSupplier nanos, Duration keep) {
        this.clock = clock;
        this.nanos = nanos;
        this.keep = keep;
        this.programStart = clock.instant();
    }

    /** The time of a channel that starts. */
    synchronized ChannelTime of(String channel) {
        Entry entry = entries.computeIfAbsent(channel, _ -> new Entry(new ChannelTime(clock, programStart)));
        entry.lastUsed = nanos.getAsLong();
        return entry.time;
    }

    /**
     * Forgets the channels that have not run for so long that a new time begins behind the end of theirs, and that nobody
     * has a playlist of them. To be called every few seconds.
     *
     * @param running the channels that run
     * @param forgotten told each that is forgotten, before it can start again
     */
    synchronized void forgetOld(Set<String> running, Consumer<String> forgotten) {
        long now = nanos.getAsLong();
        for (Iterator<Map.Entry<String, Entry>> all = entries.entrySet().iterator(); all.hasNext(); ) {
            Map.Entry<String, Entry> next = all.next();
            Entry entry = next.getValue();
            if (running.contains(next.getKey())) {
                entry.lastUsed = now;
            } else if (now - entry.lastUsed > keep.toNanos()
                    && entry.time.endsBefore(clock.instant().minus(keep))) {
                all.remove();
                forgotten.accept(next.getKey());
            }
        }
    }

    /** How many channels' times are held. */
    synchronized int size() {
        return entries.size();
    }
}
