package io.xg2g.source;

import java.net.URI;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The addresses that a relay has handed out, which are all that it serves, by short ids. An address keeps its id as long as
 * it is named again and again, as playlists do; those that were not for the longest time are forgotten.
 */
final class RelayUrlTable {
    private final int most;
    private final int mostCharacters;
    /** Of addresses, the one that was named last at the end. */
    private final Map<String, String> ids = new LinkedHashMap<>(16, 0.75f, true);

    private final Map<String, String> addresses = new HashMap<>();
    private int characters;
    private long last;

    /** Keeps this many addresses, and of no more characters in all. */
    RelayUrlTable(int most, int mostCharacters) {
        this.most = most;
        this.mostCharacters = mostCharacters;
    }

    /** The address's id, which is made where it has none. */
    synchronized String id(URI address) {
        String text = address.toString();
        String known = ids.get(text);
        if (known != null) {
            return known;
        }
        last++;
        String id = Long.toString(last, Character.MAX_RADIX);
        ids.put(text, id);
        addresses.put(id, text);
        characters += text.length();
        while (ids.size() > most || characters > mostCharacters) {
            forgetOldest();
        }
        return id;
    }

    private void forgetOldest() {
        Map.Entry<String, String> oldest = ids.entrySet().iterator().next();
        addresses.remove(oldest.getValue());
        ids.remove(oldest.getKey());
        characters -= oldest.getKey().length();
    }

    /** The address of that id, if it was handed out and is not forgotten. */
    synchronized Optional<URI> address(String id) {
        String text = addresses.get(id);
        return text == null ? Optional.empty() : Optional.of(URI.create(text));
    }
}
