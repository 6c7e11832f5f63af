package io.xg2g.delivery;

import io.xg2g.channel.LiveSettings;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** How many continuous streams each client has open, and the bound on them. Thread-safe. */
@Singleton
class ClientStreams {
    private final int most;
    private final Map<String, Integer> open = new ConcurrentHashMap<>();

    @Inject
    ClientStreams(LiveSettings settings) {
        this(settings.maxStreamsPerClient());
    }

    ClientStreams(int most) {
        this.most = most;
    }

    /** Whether the client may have one more; if so it counts until it {@linkplain #leave leaves}. */
    boolean enter(String client) {
        if (open.merge(client, 1, Integer::sum) > most) {
            leave(client);
            return false;
        }
        return true;
    }

    void leave(String client) {
        open.computeIfPresent(client, (_, count) -> count == 1 ? null : count - 1);
    }

    /** The bound. */
    int most() {
        return most;
    }
}
