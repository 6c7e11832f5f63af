package io.xg2g.source;

import java.net.URI;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * LRU table of the URLs that a relay has issued, by short ids. The relay serves no other URLs. A URL keeps its id while
 * it is issued again, as playlists do; the least recently issued ones are evicted. Thread-safe.
 */
final class RelayUrlTable {
    private final int max;
    private final int maxCharacters;
    /** By URL, in order of use. */
    private final Map<String, String> ids = new LinkedHashMap<>(16, 0.75f, true);

    private final Map<String, String> urls = new HashMap<>();
    private int characters;
    private long last;

    /**
     * Creates an empty table.
     *
     * @param max number of URLs
     * @param maxCharacters total length of the URLs
     */
    RelayUrlTable(int max, int maxCharacters) {
        this.max = max;
        this.maxCharacters = maxCharacters;
    }

    /** Returns the id of a URL; a new one if it has none. */
    synchronized String id(URI address) {
        String text = address.toString();
        String known = ids.get(text);
        if (known != null) {
            return known;
        }
        last++;
        String id = Long.toString(last, Character.MAX_RADIX);
        ids.put(text, id);
        urls.put(id, text);
        characters += text.length();
        while (ids.size() > max || characters > maxCharacters) {
            evictEldest();
        }
        return id;
    }

    private void evictEldest() {
        Map.Entry<String, String> eldest = ids.entrySet().iterator().next();
        urls.remove(eldest.getValue());
        ids.remove(eldest.getKey());
        characters -= eldest.getKey().length();
    }

    /** Returns the URL of an id; empty if it was not issued, or was evicted. */
    synchronized Optional<URI> address(String id) {
        String text = urls.get(id);
        return text == null ? Optional.empty() : Optional.of(URI.create(text));
    }
}
