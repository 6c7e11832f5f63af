package io.xg2g.upload;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.LongSupplier;

/** The latest playlists of a channel on the target, as stored by one uploader. Used by one thread at a time. */
final class StoredPlaylists {
    /**
     * After which a playlist that has not changed is stored again: an earlier owner of the channel that was paused within a request may have
     * replaced it.
     */
    static final Duration REFRESH = Duration.ofSeconds(10);

    /** @param at monotonic time at which it was stored */
    private record Stored(String text, long at) {}

    private final Map<String, Stored> playlists = new HashMap<>();
    private final long fence;
    private final LongSupplier nanos;

    /** @param fence number of the lease of the channel; 0 if no other gateway can have it */
    StoredPlaylists(long fence, LongSupplier nanos) {
        this.fence = fence;
        this.nanos = nanos;
    }

    /** Returns whether a playlist is on the target as it is, and need not be stored again. */
    boolean isStored(String name, String text) {
        Stored latest = playlists.get(name);
        return latest != null
                && latest.text().equals(text)
                && (fence == 0 || nanos.getAsLong() - latest.at() < REFRESH.toNanos());
    }

    void stored(String name, String text) {
        playlists.put(name, new Stored(text, nanos.getAsLong()));
    }

    Set<String> names() {
        return new HashSet<>(playlists.keySet());
    }

    /** Forgets a playlist; returns its text. */
    String remove(String name) {
        return Objects.requireNonNull(playlists.remove(name)).text();
    }
}
