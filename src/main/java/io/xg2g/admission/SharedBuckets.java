package io.xg2g.admission;

import io.github.bucket4j.BucketConfiguration;
import io.github.bucket4j.TimeMeter;
import io.github.bucket4j.distributed.AsyncBucketProxy;
import io.github.bucket4j.distributed.proxy.AsyncProxyManager;
import io.github.bucket4j.distributed.proxy.optimization.Optimizations;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.xg2g.cluster.SharedRedis;
import io.xg2g.storage.Sha256;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Limits that all gateways of a cluster share, in Redis. Where Redis does not answer in time, the bucket of this gateway
 * alone decides, and Redis is asked again after {@link SharedState#PAUSE}. Thread-safe; does not block.
 */
final class SharedBuckets implements BucketFactory {
    /** Lifetime of a playback without a further {@link #admitted}. */
    private static final Duration PLAYBACK =
            Admissions.PLAYBACK_TIMEOUT.plus(Admissions.PLAYBACK_RENEWAL).plus(Admissions.PLAYBACK_RENEWAL);

    /** Digits of a digest of what belongs to clients: 128 bits. */
    private static final int DIGITS = 32;

    private final SharedRedis redis;
    private final AsyncProxyManager<String> manager;
    private final Duration limit;
    private final SharedState state;
    private final LongSupplier nanos;

    /**
     * Creates one.
     *
     * @param clock wall clock of the buckets, which all gateways have to share
     * @param limit time limit of Redis for one bucket
     * @param nanos monotonic clock of those of this gateway
     */
    SharedBuckets(SharedRedis redis, TimeMeter clock, Duration limit, SharedState state, LongSupplier nanos) {
        this.redis = redis;
        this.manager = new RedisBuckets(redis, clock, limit).asAsync();
        this.limit = limit;
        this.state = state;
        this.nanos = nanos;
    }

    @Override
    public TokenBucket bucket(Scope scope, String owner, RateLimits.Rate rate) {
        LocalBucket alone = new LocalBucket(rate, nanos);
        BucketConfiguration configuration = BucketConfiguration.builder()
                .addLimit(of -> of.capacity(rate.burst()).refillGreedy(rate.perSecond(), Duration.ofSeconds(1)))
                .build();
        String name = scope.label() + ":" + (scope == Scope.CLIENT ? digest(owner) : owner);
        // A gateway with other limits, as during an upgrade, has other buckets.
        AsyncBucketProxy shared = manager.builder()
                .withOptimization(Optimizations.batching())
                .build(
                        name + ":" + rate.perSecond() + ":" + rate.burst(),
                        () -> CompletableFuture.completedFuture(configuration));
        return () -> {
            if (!state.isUsable()) {
                state.fellBack();
                return alone.take();
            }
            return shared.tryConsumeAndReturnRemaining(1)
                    .orTimeout(limit.toNanos(), TimeUnit.NANOSECONDS)
                    .thenApply(probe -> {
                        state.succeeded();
                        return new TokenBucket.Take(probe, () -> {
                            var _ = shared.addTokens(1);
                        });
                    })
                    .exceptionallyCompose(failure -> {
                        state.failed(failure);
                        state.fellBack();
                        return alone.take();
                    });
        };
    }

    @Override
    public CompletableFuture<Boolean> isAdmitted(String playback) {
        if (!state.isUsable()) {
            return CompletableFuture.completedFuture(false);
        }
        return redis.send(Request.cmd(Command.EXISTS).arg(key(playback)))
                .orTimeout(limit.toNanos(), TimeUnit.NANOSECONDS)
                .thenApply(found -> found != null && found.toString().equals("1"))
                .exceptionally(failure -> {
                    state.failed(failure);
                    return false;
                });
    }

    @Override
    public void admitted(String playback) {
        if (state.isUsable()) {
            var _ = redis.send(
                    Request.cmd(Command.SET).arg(key(playback)).arg(1).arg("PX").arg(PLAYBACK.toMillis()));
        }
    }

    @Override
    public void forget(String playback) {
        if (state.isUsable()) {
            var _ = redis.send(Request.cmd(Command.DEL).arg(key(playback)));
        }
    }

    private String key(String playback) {
        return redis.key("admitted:" + digest(playback));
    }

    /** Returns a short name for what belongs to clients, whose addresses and names need not be in Redis. */
    private static String digest(String name) {
        byte[] digest = Sha256.begin().digest(name.getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().formatHex(digest).substring(0, DIGITS);
    }
}
