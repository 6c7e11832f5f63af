package io.xg2g.storage;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Elements by id in a file of this program, in the order in which they were added.
 *
 * @param <T> type of the elements
 */
public final class StoredFile<T> implements StoredMap<T> {
    private final JsonList<T> file;

    /** Replaced with each change. */
    private volatile Map<String, T> elements;

    /**
     * Reads the file.
     *
     * @param id returns the id of an element; those without one are omitted
     * @throws IllegalStateException if it cannot be read or parsed
     */
    public StoredFile(JsonList<T> file, Function<T, @Nullable String> id) {
        this.file = file;
        Map<String, T> read = new LinkedHashMap<>();
        for (T element : file.read()) {
            String known = id.apply(element);
            if (known != null) {
                read.put(known, element);
            }
        }
        elements = read;
    }

    @Override
    public Map<String, T> all() {
        return elements;
    }

    @Override
    public synchronized boolean add(String id, T element) throws IOException {
        Map<String, T> changed = new LinkedHashMap<>(elements);
        return changed.putIfAbsent(id, element) == null && write(changed);
    }

    @Override
    public synchronized boolean remove(String id) throws IOException {
        Map<String, T> changed = new LinkedHashMap<>(elements);
        return changed.remove(id) != null && write(changed);
    }

    private boolean write(Map<String, T> changed) throws IOException {
        file.write(new ArrayList<>(changed.values()));
        elements = changed;
        return true;
    }

    @Override
    public Optional<String> unavailable() {
        return Optional.empty();
    }
}
