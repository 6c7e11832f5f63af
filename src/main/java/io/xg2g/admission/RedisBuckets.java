package io.xg2g.admission;

import io.github.bucket4j.TimeMeter;
import io.github.bucket4j.distributed.ExpirationAfterWriteStrategy;
import io.github.bucket4j.distributed.proxy.ClientSideConfig;
import io.github.bucket4j.distributed.proxy.generic.compare_and_swap.AbstractCompareAndSwapBasedProxyManager;
import io.github.bucket4j.distributed.proxy.generic.compare_and_swap.AsyncCompareAndSwapOperation;
import io.github.bucket4j.distributed.proxy.generic.compare_and_swap.CompareAndSwapOperation;
import io.github.bucket4j.distributed.remote.RemoteBucketState;
import io.github.bucket4j.redis.consts.LuaScripts;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.xg2g.cluster.SharedRedis;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Backend of Bucket4j: the state of each bucket is an entry in the Redis of the cluster, which is replaced by compare-and-swap. (The
 * library's own backends need another client of Redis than that of the rest of the program.) Only asynchronous. Thread-safe.
 */
final class RedisBuckets extends AbstractCompareAndSwapBasedProxyManager<String> {
    /** A bucket that has been full for this time is removed. */
    private static final Duration SPARE = Duration.ofSeconds(10);

    private final SharedRedis redis;
    private final ExpirationAfterWriteStrategy expiration =
            ExpirationAfterWriteStrategy.basedOnTimeForRefillingBucketUpToMax(SPARE);

    /**
     * Creates one.
     *
     * @param timeout of an operation with all its retries
     */
    RedisBuckets(SharedRedis redis, TimeMeter clock, Duration timeout) {
        super(ClientSideConfig.getDefault().withClientClock(clock).withRequestTimeout(timeout));
        this.redis = redis;
    }

    @Override
    protected AsyncCompareAndSwapOperation beginAsyncCompareAndSwapOperation(String bucket) {
        String key = key(bucket);
        return new AsyncCompareAndSwapOperation() {
            @Override
            public CompletableFuture<Optional<byte[]>> getStateData(Optional<Long> timeoutNanos) {
                return redis.send(Request.cmd(Command.GET).arg(key))
                        .thenApply(state -> Optional.ofNullable(state == null ? null : state.toBytes()));
            }

            @Override
            public CompletableFuture<Boolean> compareAndSwap(
                    byte @Nullable [] expected, byte[] next, RemoteBucketState state, Optional<Long> timeoutNanos) {
                long life = Math.max(1, expiration.calculateTimeToLiveMillis(state, currentTimeNanos()));
                Request script = Request.cmd(Command.EVAL)
                        .arg(expected == null
                                ? LuaScripts.SCRIPT_SET_NX_PX
                                : LuaScripts.SCRIPT_COMPARE_AND_SWAP_PX)
                        .arg(1)
                        .arg(key);
                if (expected != null) {
                    script.arg(Buffer.buffer(expected));
                }
                return redis.send(script.arg(Buffer.buffer(next)).arg(life))
                        .thenApply(swapped -> swapped != null && swapped.toInteger() == 1);
            }
        };
    }

    @Override
    protected CompletableFuture<Void> removeAsync(String bucket) {
        return redis.send(Request.cmd(Command.DEL).arg(key(bucket))).thenAccept(_ -> {});
    }

    private String key(String bucket) {
        return redis.key("rate-limit:" + bucket);
    }

    @Override
    public boolean isAsyncModeSupported() {
        return true;
    }

    @Override
    public boolean isExpireAfterWriteSupported() {
        return true;
    }

    @Override
    protected CompareAndSwapOperation beginCompareAndSwapOperation(String bucket) {
        throw new UnsupportedOperationException("only asynchronous");
    }

    @Override
    public void removeProxy(String bucket) {
        throw new UnsupportedOperationException("only asynchronous");
    }
}
