package io.xg2g.admission;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.bucket4j.ConsumptionProbe;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * Rate limiter of requests, with one token bucket for each client, for each mode of playback, and for all clients. New work takes a
 * token from all three or is refused. Further requests of an admitted playback, and reads, have separate, larger buckets. Those of
 * admissions, and which playbacks are admitted, are shared in a cluster; the larger ones are always of this program.
 *
 * <p>Thread-safe; does not block. A decision without shared state is there at once.
 */
final class Admissions {
    /** Idle time after which a playback has ended. */
    static final Duration PLAYBACK_TIMEOUT = Duration.ofMinutes(1);

    /** Period in which the other gateways are told that a playback goes on. */
    static final Duration PLAYBACK_RENEWAL = Duration.ofSeconds(15);

    /** Maximum number of buckets of each kind; one that is evicted starts full. */
    private static final int REMEMBERED = 20_000;

    private final RateLimits limits;
    private final LongSupplier nanos;
    private final BucketFactory buckets;
    private final RateBucket global;
    private final Map<Kind, RateBucket> modes = new EnumMap<>(Kind.class);
    private final Cache<String, RateBucket> clients = bounded();
    private final Cache<String, RateBucket> reads = bounded();
    private final Cache<PlaybackKey, Playback> playbacks = bounded();

    /** Playbacks that are being decided on: their further requests wait for that. */
    private final Map<PlaybackKey, CompletableFuture<Verdict>> beginning = new ConcurrentHashMap<>();

    /** Client and channel. */
    private record PlaybackKey(String client, RequestClass.Play what) {
        /** Returns the name that all gateways use. */
        String name() {
            return what.mode().label() + " " + what.channel() + " " + client;
        }
    }

    /** An admitted playback. */
    private static final class Playback {
        private final RateBucket bucket;
        private volatile long lastSeen;
        private volatile long lastShared;

        Playback(RateBucket bucket, long now) {
            this.bucket = bucket;
            this.lastSeen = now;
            this.lastShared = now;
        }
    }

    /** A bucket from which an admission takes a token. */
    private record Limit(Scope scope, RateBucket bucket) {}

    Admissions(RateLimits limits, BucketFactory buckets, LongSupplier nanos) {
        this.limits = limits;
        this.nanos = nanos;
        this.buckets = buckets;
        this.global = admission(Scope.GLOBAL, "", limits.global());
        limits.modes().forEach((mode, rate) -> modes.put(mode, admission(Scope.MODE, mode.label(), rate)));
    }

    /** Maintenance runs on the calling thread: a few entries at a time, and without a further thread. */
    private static <K, V> Cache<K, V> bounded() {
        return Caffeine.newBuilder()
                .maximumSize(REMEMBERED)
                .executor(Runnable::run)
                .build();
    }

    /** Decides on a request. */
    CompletableFuture<Verdict> decide(String client, RequestClass request) {
        return switch (request) {
            case RequestClass.Work(Kind kind) -> admit(client, kind);
            case RequestClass.Play play -> play(new PlaybackKey(client, play));
            case RequestClass.Read _ -> spend(reads.get(client, _ -> playbackBucket()), Kind.API);
        };
    }

    private CompletableFuture<Verdict> play(PlaybackKey key) {
        long now = nanos.getAsLong();
        Playback playback = playbacks.getIfPresent(key);
        if (playback != null && now - playback.lastSeen < PLAYBACK_TIMEOUT.toNanos()) {
            playback.lastSeen = now;
            if (now - playback.lastShared > PLAYBACK_RENEWAL.toNanos()) {
                playback.lastShared = now;
                buckets.admitted(key.name());
            }
            return spend(playback.bucket, key.what().mode());
        }
        CompletableFuture<Verdict> verdict = new CompletableFuture<>();
        CompletableFuture<Verdict> earlier = beginning.putIfAbsent(key, verdict);
        if (earlier != null) {
            return earlier.thenCompose(before -> before instanceof Verdict.Refused ? admitPlayback(key) : play(key));
        }
        var _ = begin(key).whenComplete((decided, bug) -> {
            beginning.remove(key);
            if (bug == null) {
                verdict.complete(decided);
            } else {
                verdict.completeExceptionally(bug);
            }
        });
        return verdict;
    }

    private CompletableFuture<Verdict> begin(PlaybackKey key) {
        return buckets.isAdmitted(key.name()).thenCompose(elsewhere -> {
            if (elsewhere) {
                Playback playback = new Playback(playbackBucket(), nanos.getAsLong());
                playbacks.put(key, playback);
                return spend(playback.bucket, key.what().mode());
            }
            return admitPlayback(key);
        });
    }

    private CompletableFuture<Verdict> admitPlayback(PlaybackKey key) {
        return admit(key.client(), key.what().mode()).thenApply(verdict -> {
            if (verdict instanceof Verdict.Admitted) {
                playbacks.put(key, new Playback(playbackBucket(), nanos.getAsLong()));
                buckets.admitted(key.name());
            }
            return verdict;
        });
    }

    /** Removes a playback, so that the next request for it needs an admission. */
    void forget(String client, RequestClass.Play play) {
        PlaybackKey key = new PlaybackKey(client, play);
        playbacks.invalidate(key);
        buckets.forget(key.name());
    }

    private CompletableFuture<Verdict> admit(String client, Kind kind) {
        List<Limit> needed = new ArrayList<>(3);
        needed.add(new Limit(
                Scope.CLIENT, clients.get(client, _ -> admission(Scope.CLIENT, client, limits.client()))));
        RateBucket mode = modes.get(kind);
        if (mode != null) {
            needed.add(new Limit(Scope.MODE, mode));
        }
        needed.add(new Limit(Scope.GLOBAL, global));
        return take(needed, new ArrayList<>(3), kind);
    }

    /** Takes the tokens one after the other, and returns those that were taken if one is missing. */
    private CompletableFuture<Verdict> take(List<Limit> needed, List<TokenBucket.Take> taken, Kind kind) {
        Limit next = needed.get(taken.size());
        return next.bucket().take().thenCompose(take -> {
            if (!take.probe().isConsumed()) {
                taken.forEach(earlier -> earlier.refund().run());
                return CompletableFuture.completedFuture(refused(next, kind, take.probe()));
            }
            taken.add(take);
            if (taken.size() < needed.size()) {
                return take(needed, taken, kind);
            }
            return CompletableFuture.completedFuture(new Verdict.Admitted(needed.getFirst()
                    .bucket()
                    .quota(Scope.CLIENT, taken.getFirst().probe())));
        });
    }

    private static CompletableFuture<Verdict> spend(RateBucket bucket, Kind kind) {
        Limit limit = new Limit(Scope.PLAYBACK, bucket);
        return bucket.take()
                .thenApply(take -> take.probe().isConsumed() ? Verdict.KNOWN : refused(limit, kind, take.probe()));
    }

    private static Verdict refused(Limit limit, Kind kind, ConsumptionProbe probe) {
        return new Verdict.Refused(
                limit.scope(),
                kind,
                limit.bucket().quota(limit.scope(), probe),
                limit.bucket().retryDelay(probe));
    }

    private RateBucket admission(Scope scope, String owner, RateLimits.Rate rate) {
        return new RateBucket(rate, nanos, buckets.bucket(scope, owner, rate));
    }

    private RateBucket playbackBucket() {
        return new RateBucket(limits.playback(), nanos, new LocalBucket(limits.playback(), nanos));
    }
}
