package io.xg2g.admission;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Rate limiter of requests, with one token bucket for each client, for each mode of playback, and for all clients. New work takes a
 * token from all three or is refused. Further requests of an admitted playback, and reads, have separate, larger buckets.
 * Thread-safe.
 */
final class Admissions {
    /** Idle time after which a playback has ended, in nanoseconds. */
    private static final long PLAYBACK_TIMEOUT = Duration.ofMinutes(1).toNanos();

    /** Maximum number of buckets of each kind; one that is evicted starts full. */
    private static final int REMEMBERED = 20_000;

    private final RateLimits limits;
    private final LongSupplier nanos;
    private final RateBucket global;
    private final Map<Kind, RateBucket> modes = new EnumMap<>(Kind.class);
    private final Cache<String, RateBucket> clients = bounded();
    private final Cache<String, RateBucket> reads = bounded();
    private final Cache<PlaybackKey, Playback> playbacks = bounded();

    /** Client and channel. */
    private record PlaybackKey(String client, RequestClass.Play what) {}

    /** An admitted playback. */
    private static final class Playback {
        private final RateBucket bucket;
        private volatile long lastSeen;

        Playback(RateBucket bucket, long now) {
            this.bucket = bucket;
            this.lastSeen = now;
        }
    }

    Admissions(RateLimits limits, LongSupplier nanos) {
        this.limits = limits;
        this.nanos = nanos;
        this.global = new RateBucket(limits.global(), nanos);
        limits.modes().forEach((mode, rate) -> modes.put(mode, new RateBucket(rate, nanos)));
    }

    /** Maintenance runs on the calling thread: a few entries at a time, and without a further thread. */
    private static <K, V> Cache<K, V> bounded() {
        return Caffeine.newBuilder()
                .maximumSize(REMEMBERED)
                .executor(Runnable::run)
                .build();
    }

    Verdict decide(String client, RequestClass request) {
        return switch (request) {
            case RequestClass.Work(Kind kind) -> admit(client, kind);
            case RequestClass.Play play -> play(client, play);
            case RequestClass.Read _ -> spend(reads.get(client, _ -> playbackBucket()), Kind.API);
        };
    }

    private Verdict play(String client, RequestClass.Play play) {
        PlaybackKey key = new PlaybackKey(client, play);
        long now = nanos.getAsLong();
        Playback playback = playbacks.getIfPresent(key);
        if (playback != null && now - playback.lastSeen < PLAYBACK_TIMEOUT) {
            playback.lastSeen = now;
            return spend(playback.bucket, play.mode());
        }
        Verdict verdict = admit(client, play.mode());
        if (verdict instanceof Verdict.Admitted) {
            playbacks.put(key, new Playback(playbackBucket(), now));
        }
        return verdict;
    }

    /** Removes a playback, so that the next request for it needs an admission. */
    void forget(String client, RequestClass.Play play) {
        playbacks.invalidate(new PlaybackKey(client, play));
    }

    private Verdict admit(String client, Kind kind) {
        RateBucket own = clients.get(client, _ -> new RateBucket(limits.client(), nanos));
        if (!own.take()) {
            return refused(Scope.CLIENT, own, kind);
        }
        RateBucket mode = modes.get(kind);
        if (mode != null && !mode.take()) {
            own.refund();
            return refused(Scope.MODE, mode, kind);
        }
        if (!global.take()) {
            own.refund();
            if (mode != null) {
                mode.refund();
            }
            return refused(Scope.GLOBAL, global, kind);
        }
        return new Verdict.Admitted(own.quota(Scope.CLIENT));
    }

    private static Verdict spend(RateBucket bucket, Kind kind) {
        return bucket.take() ? Verdict.KNOWN : refused(Scope.PLAYBACK, bucket, kind);
    }

    private static Verdict refused(Scope scope, RateBucket bucket, Kind kind) {
        return new Verdict.Refused(scope, kind, bucket.quota(scope), bucket.retryDelay());
    }

    private RateBucket playbackBucket() {
        return new RateBucket(limits.playback(), nanos);
    }
}
