package io.xg2g.dispatch;

import io.xg2g.gpu.Vendor;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The streams that are playing, and how much of each may count as {@link Priority#ACTIVE}.
 *
 * <p>A stream is playing for 30 s after each completed unit. Its units are active as long as its media time does not run
 * ahead of the clock: a rate limit in media seconds, 1.25 for each second that passes, with a burst of three units. What is
 * sent beyond that waits as {@link Priority#NORMAL}, so a film that is sent in units does not outrank viewers.
 *
 * <p>The rate limit is the generic cell rate algorithm (ITU-T I.371): one point in time for each stream, until which what was
 * charged takes to be played. A stream belongs to its client, so nobody gains by naming another's. Not thread-safe.
 */
final class ActiveStreams {
    static final long WINDOW_NANOS = TimeUnit.SECONDS.toNanos(30);

    /** Units that may come at once. */
    private static final int BURST_UNITS = 3;

    private record Key(String client, String stream) {}

    /** One stream that is playing; times as {@link System#nanoTime}, lengths in nanoseconds of media. */
    private static final class Stream {
        private long completedAt;
        private Vendor vendor = Vendor.SOFTWARE;
        private long latestUnit;
        private long chargedUntil;

        private Stream(long now) {
            chargedUntil = now;
        }

        private boolean allows(long media, long now) {
            return Math.max(chargedUntil - now, 0) <= (BURST_UNITS - 1) * cost(media);
        }

        private void charge(long media, long now) {
            chargedUntil = now + Math.max(chargedUntil - now, 0) + cost(media);
        }

        /** How long playing takes at 1.25 times the speed. */
        private static long cost(long media) {
            return media / 5 * 4;
        }
    }

    /** Oldest completion first. */
    private final LinkedHashMap<Key, Stream> streams = new LinkedHashMap<>();

    /**
     * The level that a unit of this stream counts at when it is asked for the given one.
     *
     * @param media its playing time; zero where it is not known, then that of the stream's latest unit is assumed
     */
    Priority level(String client, @Nullable String stream, Priority asked, Duration media, long now) {
        Stream playing = asked == Priority.NORMAL ? playing(client, stream, now) : null;
        return playing != null && playing.allows(media(media, playing), now) ? Priority.ACTIVE : asked;
    }

    /** A unit was let in as active: its media counts towards the stream's rate. */
    void charge(TranscodeRequest request, long now) {
        Stream playing = playing(request.client(), request.stream(), now);
        if (playing != null) {
            playing.charge(media(request.unit().duration(), playing), now);
        }
    }

    /**
     * A unit completed on a device of that vendor.
     *
     * @param made the playing time of its renditions; where an active unit turns out longer than its container said, the
     *     difference is charged now
     */
    void completed(TranscodeRequest request, Priority submitted, Vendor vendor, Duration made, long now) {
        if (request.stream() == null || request.priority() != Priority.NORMAL) {
            return;
        }
        forgetOld(now);
        Key key = new Key(request.client(), request.stream());
        Stream stream = streams.remove(key);
        if (stream == null) {
            stream = new Stream(now);
        } else if (submitted == Priority.ACTIVE) {
            stream.charge(Math.max(0, made.toNanos() - media(request.unit().duration(), stream)), now);
        }
        stream.completedAt = now;
        stream.vendor = vendor;
        stream.latestUnit = Math.max(made.toNanos(), request.unit().duration().toNanos());
        streams.putLast(key, stream);
    }

    /** The vendor of the device that the stream's latest unit ran on, if it is playing. */
    @Nullable
    Vendor vendor(TranscodeRequest request) {
        Stream stream = request.stream() == null ? null : streams.get(new Key(request.client(), request.stream()));
        return stream == null ? null : stream.vendor;
    }

    int size(long now) {
        forgetOld(now);
        return streams.size();
    }

    private @Nullable Stream playing(String client, @Nullable String stream, long now) {
        forgetOld(now);
        return stream == null ? null : streams.get(new Key(client, stream));
    }

    private static long media(Duration stated, Stream stream) {
        return stated.isPositive() ? stated.toNanos() : stream.latestUnit;
    }

    private void forgetOld(long now) {
        Map.Entry<Key, Stream> oldest = streams.firstEntry();
        while (oldest != null && now - oldest.getValue().completedAt > WINDOW_NANOS) {
            streams.pollFirstEntry();
            oldest = streams.firstEntry();
        }
    }
}
