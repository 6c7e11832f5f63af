package io.xg2g.dispatch;

import io.xg2g.gpu.Vendor;
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

    /** When the latest unit completed, and on whose device. */
    private record Completion(long at, Vendor vendor) {}

    /** Oldest completion first. */
    private final LinkedHashMap<Key, Completion> lastCompleted = new LinkedHashMap<>();

    /** The level that a request of this client counts at when it asks for the given one. */
    Priority level(String client, @Nullable String stream, Priority asked, long now) {
        forgetOld(now);
        return asked == Priority.NORMAL && stream != null && lastCompleted.containsKey(new Key(client, stream))
                ? Priority.ACTIVE
                : asked;
    }

    /** A unit completed on a device of that maker. */
    void completed(TranscodeRequest request, Vendor vendor, long now) {
        if (request.stream() != null && request.priority() == Priority.NORMAL) {
            lastCompleted.putLast(new Key(request.client(), request.stream()), new Completion(now, vendor));
        }
    }

    /** The maker of the device that the stream's latest unit ran on, if it is playing. */
    @Nullable
    Vendor vendor(TranscodeRequest request) {
        Completion last =
                request.stream() == null ? null : lastCompleted.get(new Key(request.client(), request.stream()));
        return last == null ? null : last.vendor();
    }

    int size(long now) {
        forgetOld(now);
        return lastCompleted.size();
    }

    private void forgetOld(long now) {
        Map.Entry<Key, Completion> oldest = lastCompleted.firstEntry();
        while (oldest != null && now - oldest.getValue().at() > WINDOW_NANOS) {
            lastCompleted.pollFirstEntry();
            oldest = lastCompleted.firstEntry();
        }
    }
}
