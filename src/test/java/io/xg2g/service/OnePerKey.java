package io.xg2g.service;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/** One value for each key, created by the first request for it; {@code close} closes all values. Thread-safe. */
final class OnePerKey<K, V extends AutoCloseable> implements AutoCloseable {
    private final Map<K, V> values = new HashMap<>();
    private final Function<K, V> make;

    OnePerKey(Function<K, V> make) {
        this.make = make;
    }

    synchronized V get(K key) {
        return values.computeIfAbsent(key, make);
    }

    /**
     * Closes all values.
     *
     * @throws IllegalStateException with the exceptions of the values that do not close, after the others are closed
     */
    @Override
    public synchronized void close() {
        IllegalStateException failed = new IllegalStateException("not closed");
        for (V value : values.values()) {
            try {
                value.close();
            } catch (Exception e) {
                failed.addSuppressed(e);
            }
        }
        values.clear();
        if (failed.getSuppressed().length > 0) {
            throw failed;
        }
    }
}
