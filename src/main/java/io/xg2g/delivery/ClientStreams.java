package io.xg2g.delivery;

import io.xg2g.channel.LiveSettings;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Limit on the number of open continuous streams per client. Thread-safe. */
@Singleton
public class ClientStreams {
    private final int max;
    private final Map<String, Integer> open = new ConcurrentHashMap<>();

    @Inject
    ClientStreams(LiveSettings settings) {
        this(settings.maxStreamsPerClient());
    }

    ClientStreams(int max) {
        this.max = max;
    }

    /** Counts one more stream of the client until {@link #leave}; returns false if the limit is reached. */
    public boolean enter(String client) {
        if (open.merge(client, 1, Integer::sum) > max) {
            leave(client);
            return false;
        }
        return true;
    }

    public void leave(String client) {
        open.computeIfPresent(client, (_, count) -> count == 1 ? null : count - 1);
    }

    /** Returns the limit. */
    public int max() {
        return max;
    }
}
