package io.xg2g.cluster;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.xg2g.cluster.LeaseStore.Answer;
import io.xg2g.cluster.LeaseStore.Holder;
import io.xg2g.cluster.LeaseStore.Renewal;
import io.xg2g.cluster.LeaseStore.Renewed;
import io.xg2g.schedule.TimeSource;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jboss.logging.Logger;

/**
 * Leases of this gateway: each resource of the cluster ({@code channel:<id>}, {@code camera:<id>}) has one owner among the gateways at
 * any moment. A lease lives for {@link #LIFE} after its latest renewal. Its owner counts the time from the moment at which it has sent
 * the renewal, by the monotonic clock, and {@link #MARGIN} less; so it ends there before it ends in Redis, whatever was paused between.
 *
 * <p>A program on its own gets each lease at once, for ever. Thread-safe; nothing blocks.
 */
@Singleton
public class Leases {
    /** Time that a lease lives after its renewal. */
    static final Duration LIFE = Duration.ofSeconds(3);

    /** For different rates of clocks, and small steps of that of Redis. */
    static final Duration MARGIN = Duration.ofMillis(200);

    private static final Logger LOG = Logger.getLogger(Leases.class);

    /** Priority of the observers of the shutdown: before those that stop channels and cameras. */
    private static final int FIRST = 1;

    private static final Duration PERIOD = Duration.ofSeconds(1);
    private static final long CACHE_NANOS = PERIOD.toNanos();

    /** For which an owner is remembered in case that Redis is away: it knows itself whether its lease is valid. */
    private static final Duration FALLBACK = Duration.ofSeconds(10);

    /** Owners that are remembered; names are invented by whoever asks. */
    static final int MAX_OWNERS = 20_000;

    /** Of one script; Redis does nothing else meanwhile. */
    private static final int BATCH = 500;

    /** An owner, and the time at which it was asked for. */
    private record Known(Ownership ownership, long at) {}

    private final boolean used;
    private final LeaseStore store;
    private final Members members;
    private final TimeSource time;
    private final Counter lost;
    private final Map<String, Lease> held = new ConcurrentHashMap<>();
    private final Map<String, CompletableFuture<Ownership>> acquiring = new ConcurrentHashMap<>();
    private final Cache<String, Known> owners;

    /** Held while something is sent: no renewal may be sent after the release of a lease. */
    private final ReentrantLock sending = new ReentrantLock();

    private volatile boolean closed;

    @Inject
    Leases(SharedRedis redis, Members members, MeterRegistry registry) {
        this(redis.isUsed(), new RedisLeases(redis), members, TimeSource.SYSTEM, registry);
        redis.onConnected(this::renew);
    }

    /**
     * Creates one.
     *
     * @param used false for a program on its own
     */
    Leases(boolean used, LeaseStore store, Members members, TimeSource time, MeterRegistry registry) {
        this.used = used;
        this.store = store;
        this.members = members;
        this.time = time;
        this.owners = Caffeine.newBuilder()
                .maximumSize(MAX_OWNERS)
                .expireAfterWrite(FALLBACK)
                .ticker(time::nanoTime)
                .executor(Runnable::run)
                .build();
        this.lost = Counter.builder("xg2g.cluster.leases.lost")
                .description("Leases that another gateway has taken, since this one could not renew them in time")
                .register(registry);
        Gauge.builder("xg2g.cluster.leases", held, all -> used ? all.size() : 0)
                .description("Channels and cameras that this gateway owns")
                .register(registry);
    }

    /** Returns the name of a channel as a resource. */
    public static String channel(String id) {
        return "channel:" + id;
    }

    /** Returns by what the gateway of a free channel is chosen: one for all channels of a receiver, since its streams are limited. */
    public static String placement(String channel, Optional<String> receiver) {
        return receiver.map(name -> "receiver:" + name).orElseGet(() -> channel(channel));
    }

    /** Returns the name of a camera as a resource. */
    public static String camera(String id) {
        return "camera:" + id;
    }

    void begin(@Observes StartupEvent event) {
        start();
    }

    /** Begins to renew leases, in a gateway. */
    void start() {
        if (used) {
            TimeSource.repeat(time, PERIOD, "leases not renewed", this::renew);
        }
    }

    /**
     * Acquires a resource, if nobody has it. A resource that this gateway has is returned as it is.
     *
     * @return completes within 2 s, never exceptionally; {@link Ownership.Held} (valid at that moment), {@link Ownership.OwnedBy} or
     *     {@link Ownership.Unavailable}
     */
    public CompletableFuture<Ownership> acquire(String resource) {
        if (!used) {
            return CompletableFuture.completedFuture(
                    new Ownership.Held(held.computeIfAbsent(resource, _ -> new Lease(this, resource, 0, "", 0))));
        }
        Optional<Ownership> own = own(resource);
        if (own.isPresent()) {
            return CompletableFuture.completedFuture(own.get());
        }
        if (closed) {
            return CompletableFuture.completedFuture(new Ownership.Unavailable("this gateway is shutting down"));
        }
        CompletableFuture<Ownership> mine = new CompletableFuture<>();
        CompletableFuture<Ownership> other = acquiring.putIfAbsent(resource, mine);
        if (other != null) {
            return other;
        }
        long sent = time.nanoTime();
        var _ = store.acquire(resource, members.self()).handle((answer, failure) -> {
            Ownership result = failure == null ? acquired(resource, answer, sent) : away(failure);
            if (failure == null) {
                remember(resource, result);
            }
            acquiring.remove(resource);
            return mine.complete(result);
        });
        return mine;
    }

    private Ownership acquired(String resource, Answer answer, long sent) {
        return switch (answer) {
            case Answer.Granted(long fence, String state) -> {
                Lease lease = new Lease(
                        this, resource, fence, state, sent + LIFE.minus(MARGIN).toNanos());
                if (!lease.isValid()) {
                    // Not renewed: nobody here would know of it.
                    yield new Ownership.Unavailable("the answer of Redis came too late; the lease ends within 3 s");
                }
                held.put(resource, lease);
                yield new Ownership.Held(lease);
            }
            case Answer.Owned(Holder holder) -> owner(resource, holder);
            case Answer.Settling _ ->
                new Ownership.Unavailable("Redis has just been started, or gateways have just connected to it again");
        };
    }

    /** Returns whether this gateway has the resource; empty if it has no lease. */
    private Optional<Ownership> own(String resource) {
        return Optional.ofNullable(held.get(resource))
                .map(lease -> lease.isValid()
                        ? new Ownership.Held(lease)
                        : new Ownership.Unavailable(
                                "the lease has lapsed: " + members.unavailable().orElse("Redis was slow")));
    }

    private Ownership owner(String resource, Holder holder) {
        if (holder.name().equals(members.self().name())) {
            // A lease of this process whose answer was lost, or of the process before.
            return own(resource)
                    .orElseGet(() -> new Ownership.Unavailable("an earlier lease of this gateway ends within 3 s"));
        }
        return members.find(holder.name())
                .filter(member -> member.run().equals(holder.run()))
                .<Ownership>map(member -> new Ownership.OwnedBy(member, holder.fence()))
                .orElseGet(() ->
                        new Ownership.Unavailable("gateway " + holder.name() + " is away; its lease ends within 3 s"));
    }

    private static Ownership away(Throwable failure) {
        return new Ownership.Unavailable(
                String.valueOf(SharedRedis.failure(failure).getMessage()));
    }

    /**
     * Returns who has a resource, without acquiring it. What was asked within the last second is not asked again. While Redis does not
     * answer, it is who had it in the last ten seconds: that gateway knows itself whether its lease is valid.
     *
     * @return completes within 2 s, never exceptionally
     */
    public CompletableFuture<Ownership> owner(String resource) {
        Optional<Ownership> known = known(resource);
        if (known.isPresent()) {
            return CompletableFuture.completedFuture(known.get());
        }
        if (!used) {
            return CompletableFuture.completedFuture(new Ownership.Free());
        }
        return store.owners(List.of(resource)).handle((answer, failure) -> {
            if (failure != null) {
                return Optional.ofNullable(owners.getIfPresent(resource))
                        .map(Known::ownership)
                        .filter(Ownership.OwnedBy.class::isInstance)
                        .orElseGet(() -> away(failure));
            }
            Ownership result = answer.getFirst()
                    .map(holder -> owner(resource, holder))
                    .orElseGet(() -> own(resource).orElseGet(Ownership.Free::new));
            remember(resource, result);
            return result;
        });
    }

    /** Returns who has a resource, if this gateway has it, or has asked within the last second. Does not block. */
    public Optional<Ownership> known(String resource) {
        return own(resource)
                .or(() -> Optional.ofNullable(owners.getIfPresent(resource))
                        .filter(known -> time.nanoTime() - known.at() < CACHE_NANOS)
                        .map(Known::ownership));
    }

    /**
     * Returns the number of the latest lease of a resource: what was made under an earlier one is superseded. It may be superseded in the
     * next moment unless this gateway has the resource.
     *
     * @return completes within 2 s, never exceptionally; 0 if nobody had it, empty if that is not known
     */
    public CompletableFuture<OptionalLong> latestFence(String resource) {
        Lease own = held.get(resource);
        if (own != null && own.isValid()) {
            return CompletableFuture.completedFuture(OptionalLong.of(own.fence()));
        }
        return used
                ? store.latest(resource).exceptionally(_ -> OptionalLong.empty())
                : CompletableFuture.completedFuture(OptionalLong.of(0));
    }

    /** Forgets who has a resource: the owner did not answer, or has said that it is not the owner. */
    public void invalidate(String resource) {
        owners.invalidate(resource);
    }

    /** Remembers an owner. What this gateway has is not remembered, but known. */
    private void remember(String resource, Ownership ownership) {
        if (!(ownership instanceof Ownership.Held)) {
            owners.put(resource, new Known(ownership, time.nanoTime()));
        }
    }

    /**
     * Returns which of some resources nobody has.
     *
     * @return completes within 2 s; empty if Redis is away
     */
    public CompletableFuture<List<String>> free(List<String> resources) {
        return store.owners(resources).handle((answer, failure) -> {
            List<String> free = new ArrayList<>();
            for (int i = 0; failure == null && i < resources.size(); i++) {
                if (answer.get(i).isEmpty() && !held.containsKey(resources.get(i))) {
                    free.add(resources.get(i));
                }
            }
            return free;
        });
    }

    void drain(@Observes @Priority(FIRST) ShutdownDelayInitiatedEvent event) {
        close();
    }

    void stop(@Observes @Priority(FIRST) ShutdownEvent event) {
        close();
    }

    /** Acquires nothing any more; what is held stays until it is released. */
    void close() {
        closed = true;
    }

    /** Returns whether this program is a gateway, which shares its resources with others. */
    public boolean isUsed() {
        return used;
    }

    /** Returns whether a time is in the future, or this is a program on its own. */
    boolean isBefore(long validUntil) {
        return !used || validUntil - time.nanoTime() > 0;
    }

    /** Sends the renewals of all leases. Does not wait for the answers: each may come after the next renewal was sent. */
    void renew() {
        List<Lease> all = List.copyOf(held.values());
        for (int i = 0; i < all.size(); i += BATCH) {
            var _ = renew(all.subList(i, Math.min(i + BATCH, all.size())));
        }
    }

    /** Renews one lease; returns whether it was renewed. */
    CompletableFuture<Boolean> renew(Lease lease) {
        return used ? renew(List.of(lease)).thenApply(_ -> lease.isValid()) : CompletableFuture.completedFuture(true);
    }

    private CompletableFuture<Boolean> renew(List<Lease> batch) {
        sending.lock();
        try {
            List<Lease> leases = batch.stream().filter(lease -> !lease.isOver()).toList();
            if (leases.isEmpty()) {
                return CompletableFuture.completedFuture(false);
            }
            long sent = time.nanoTime();
            return store.renew(leases.stream().map(Leases::renewal).toList(), members.self())
                    .handle((answers, failure) -> {
                        for (int i = 0; failure == null && i < leases.size(); i++) {
                            renewed(leases.get(i), answers.get(i), sent);
                        }
                        return failure == null;
                    });
        } finally {
            sending.unlock();
        }
    }

    private static Renewal renewal(Lease lease) {
        return new Renewal(lease.resource(), lease.fence(), lease.isValid(), lease.state());
    }

    private void renewed(Lease lease, Renewed answer, long sent) {
        switch (answer) {
            case HELD -> lease.renewedUntil(sent + LIFE.minus(MARGIN).toNanos());
            case LOST -> {
                held.remove(lease.resource(), lease);
                if (lease.lose()) {
                    lost.increment();
                    LOG.warnf("lease lost: resource=%s, fence=%d", lease.resource(), lease.fence());
                }
            }
            case UNKNOWN -> {}
        }
    }

    /** Gives up a lease that is over for this program. */
    CompletableFuture<Boolean> release(Lease lease) {
        if (!used) {
            return CompletableFuture.completedFuture(held.remove(lease.resource(), lease));
        }
        sending.lock();
        try {
            Renewal last = renewal(lease);
            CompletableFuture<Boolean> sent = store.release(last, members.self());
            held.remove(lease.resource(), lease);
            return sent.handle((released, failure) -> failure == null && released);
        } finally {
            sending.unlock();
        }
    }
}
