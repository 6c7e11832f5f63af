package io.xg2g.forward;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.xg2g.cluster.Ownership;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * The latest owners among the other gateways, so that requests do not wait for Redis, nor fail while it is away. An owner that has changed
 * meanwhile says so itself (421), or does not answer; it is {@linkplain #forget forgotten} then. What is older than the answers of
 * Redis that are known is refreshed while it is used. Thread-safe; does not block.
 */
final class RememberedOwners {
    private static final Duration LIFE = Duration.ofMinutes(1);
    private static final int MAX = 20_000;

    private final Function<String, Optional<Ownership>> known;
    private final Function<String, CompletableFuture<Ownership>> redis;
    private final Set<String> refreshed = ConcurrentHashMap.newKeySet();
    private final Cache<String, Ownership> owners = Caffeine.newBuilder()
            .maximumSize(MAX)
            .expireAfterWrite(LIFE)
            .executor(Runnable::run)
            .build();

    /**
     * Creates one.
     *
     * @param known returns what this gateway has, and what Redis has answered recently
     * @param redis asks Redis; never completes exceptionally
     */
    RememberedOwners(
            Function<String, Optional<Ownership>> known, Function<String, CompletableFuture<Ownership>> redis) {
        this.known = known;
        this.redis = redis;
    }

    /** Returns the owner by the name of its lease; never completes exceptionally. */
    CompletionStage<Ownership> find(String lease) {
        Ownership remembered = owners.getIfPresent(lease);
        Optional<Ownership> recent = known.apply(lease);
        if (remembered == null) {
            return recent.isPresent()
                    ? CompletableFuture.completedFuture(recent.get())
                    : redis.apply(lease).thenApply(owner -> remember(lease, owner));
        }
        if (recent.isPresent()) {
            return CompletableFuture.completedFuture(
                    recent.get() instanceof Ownership.Unavailable ? remembered : remember(lease, recent.get()));
        }
        if (refreshed.add(lease)) {
            var _ = redis.apply(lease).whenComplete((owner, _) -> {
                refreshed.remove(lease);
                remember(lease, owner);
            });
        }
        return CompletableFuture.completedFuture(remembered);
    }

    private Ownership remember(String lease, Ownership owner) {
        switch (owner) {
            case Ownership.OwnedBy _ -> owners.put(lease, owner);
            case Ownership.Held _, Ownership.Free _ -> owners.invalidate(lease);
            case Ownership.Unavailable _ -> {
                // The remembered one, if there is one, can still answer.
            }
        }
        return owner;
    }

    /** Forgets an owner that has not taken a request. */
    void forget(String lease) {
        owners.invalidate(lease);
    }
}
