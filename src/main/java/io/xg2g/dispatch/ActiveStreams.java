package io.xg2g.dispatch;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Which streams are playing: those of which a unit completed within the last 30 s. A stream belongs to its client, so
 * nobody gains by naming another's. Not thread-safe.
 */
final class ActiveStreams {
    static final long WINDOW_NANOS = TimeUnit.SECONDS.toNanos(30);

    private record Key(String client, String stream) {}

    /** Oldest completion first. */
    private final LinkedHashMap<Key, Long> lastCompleted = new LinkedHashMap<>();

    /** The level that a request of this client counts at when it asks for the given one. */
    Priority level(String client, @Nullable String stream, Priority asked, long now) {
        forgetOld(now);
        return asked == Priority.NORMAL && stream != null && lastCompleted.containsKey(new Key(client, stream))
                ? Priority.ACTIVE
                : asked;
    }

    /** A unit completed. */
    void completed(TranscodeRequest request, long now) {
        if (request.stream() != null && request.priority() == Priority.NORMAL) {
            lastCompleted.putLast(new Key(request.client(), request.stream()), now);
        }
    }

    int size(long now) {
        forgetOld(now);
        return lastCompleted.size();
    }

    private void forgetOld(long now) {
        Map.Entry<Key, Long> oldest = lastCompleted.firstEntry();
        while (oldest != null && now - oldest.getValue() > WINDOW_NANOS) {
            lastCompleted.pollFirstEntry();
            oldest = lastCompleted.firstEntry();
        }
    }
}
