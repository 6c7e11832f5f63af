package io.xg2g.dispatch;

import io.xg2g.gpu.Vendor;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Rate limiter for {@link Priority#ACTIVE} units: the streams that are playing, and the media time each of them may submit.
 *
 * <p>A stream counts as playing for 30 s after each completed unit. Its units are active within 1.25 seconds of media for each
 * second of time, with a burst of three units. Units beyond that rate wait as {@link Priority#NORMAL}, so a film that is sent in
 * units does not take precedence over live viewers.
 *
 * <p>The limiter is the generic cell rate algorithm (ITU-T I.371), which keeps one theoretical arrival time for each stream. A
 * stream is identified by client and name, so a client cannot use the rate of another one. Not thread-safe; guarded by the
 * dispatcher's lock.
 */
final class ActiveStreams {
    static final long WINDOW_NANOS = TimeUnit.SECONDS.toNanos(30);

    /** Burst size in units. */
    private static final int BURST_UNITS = 3;

    private record Key(String client, String stream) {}

    /** State of one playing stream; times as {@link System#nanoTime}, media in nanoseconds. */
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

        /** Returns the time in which the rate of 1.25 replenishes this much media. */
        private static long cost(long media) {
            return media / 5 * 4;
        }
    }

    /** Oldest completion first. */
    private final LinkedHashMap<Key, Stream> streams = new LinkedHashMap<>();

    /**
     * Returns the level of a unit.
     *
     * @param requested level in the request
     * @param media playing time of the unit; zero if unknown, in which case that of the stream's latest unit is used
     */
    Priority level(String client, @Nullable String stream, Priority requested, Duration media, long now) {
        Stream playing = requested == Priority.NORMAL ? playing(client, stream, now) : null;
        return playing != null && playing.allows(media(media, playing), now) ? Priority.ACTIVE : requested;
    }

    /** Charges an admitted active unit to the rate of its stream. */
    void charge(TranscodeRequest request, long now) {
        Stream playing = playing(request.client(), request.stream(), now);
        if (playing != null) {
            playing.charge(media(request.unit().duration(), playing), now);
        }
    }

    /**
     * Records a completed unit.
     *
     * @param vendor of the device
     * @param produced playing time of its renditions; an active unit that turns out longer than its container stated is
     *     charged for the difference
     */
    void completed(TranscodeRequest request, Priority submitted, Vendor vendor, Duration produced, long now) {
        if (request.stream() == null || request.priority() != Priority.NORMAL) {
            return;
        }
        removeExpired(now);
        Key key = new Key(request.client(), request.stream());
        Stream stream = streams.remove(key);
        if (stream == null) {
            stream = new Stream(now);
        } else if (submitted == Priority.ACTIVE) {
            stream.charge(Math.max(0, produced.toNanos() - media(request.unit().duration(), stream)), now);
        }
        stream.completedAt = now;
        stream.vendor = vendor;
        stream.latestUnit =
                Math.max(produced.toNanos(), request.unit().duration().toNanos());
        streams.putLast(key, stream);
    }

    /** Returns the vendor of the device that ran the stream's latest unit, or {@code null} if the stream is not playing. */
    @Nullable
    Vendor vendor(TranscodeRequest request) {
        Stream stream = request.stream() == null ? null : streams.get(new Key(request.client(), request.stream()));
        return stream == null ? null : stream.vendor;
    }

    int size(long now) {
        removeExpired(now);
        return streams.size();
    }

    private @Nullable Stream playing(String client, @Nullable String stream, long now) {
        removeExpired(now);
        return stream == null ? null : streams.get(new Key(client, stream));
    }

    private static long media(Duration stated, Stream stream) {
        return stated.isPositive() ? stated.toNanos() : stream.latestUnit;
    }

    private void removeExpired(long now) {
        Map.Entry<Key, Stream> oldest = streams.firstEntry();
        while (oldest != null && now - oldest.getValue().completedAt > WINDOW_NANOS) {
            streams.pollFirstEntry();
            oldest = streams.firstEntry();
        }
    }
}
