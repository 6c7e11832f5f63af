package io.xg2g.ingest;

import java.net.URI;
import java.util.LinkedHashSet;

/** Addresses of the sources whose audio was encoded when they were last open: at most 1000. Thread-safe. */
final class EncodedAudio {
    private static final int MAX_SOURCES = 1000;

    private final LinkedHashSet<URI> sources = new LinkedHashSet<>();

    /** Returns what is known of one source. */
    GrabbedFeed.Memory of(URI source) {
        return new GrabbedFeed.Memory() {
            @Override
            public boolean encodes() {
                return contains(source);
            }

            @Override
            public void encodes(boolean now) {
                set(source, now);
            }
        };
    }

    private synchronized boolean contains(URI source) {
        return sources.contains(source);
    }

    private synchronized void set(URI source, boolean encodes) {
        sources.remove(source);
        if (encodes) {
            if (sources.size() == MAX_SOURCES) {
                sources.removeFirst();
            }
            sources.add(source);
        }
    }
}
