package io.xg2g.admission;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A map that forgets what was not asked for longest when there is too much of it. Thread-safe. */
final class RecentlyUsed<K, V> {
    private final Map<K, V> entries;

    RecentlyUsed(int most) {
        this.entries = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
                return size() > most;
            }
        };
    }

    synchronized @Nullable V get(K key) {
        return entries.get(key);
    }

    synchronized V getOrMake(K key, Function<K, V> make) {
        return entries.computeIfAbsent(key, make);
    }

    synchronized void remove(K key) {
        entries.remove(key);
    }

    synchronized void put(K key, V value) {
        entries.put(key, value);
    }
}
