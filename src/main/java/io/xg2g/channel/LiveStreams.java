package io.xg2g.channel;

import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.xg2g.cluster.Lease;
import io.xg2g.packaging.LiveMetrics;
import io.xg2g.packaging.SegmentFiles;
import io.xg2g.problem.DiskFailure;
import io.xg2g.problem.ProblemType;
import io.xg2g.problem.Unavailable;
import io.xg2g.schedule.PeriodicTasks;
import io.xg2g.schedule.TimeSource;
import io.xg2g.storage.FileDescriptors;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.enterprise.event.Observes;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jboss.logging.Logger;

/**
 * Registry of running channels: starts a channel for its first viewer and stops it some time after the last one has
 * left.
 */
@ApplicationScoped
public class LiveStreams {
    private static final Duration TICK = Duration.ofSeconds(1);
    private static final Logger LOG = Logger.getLogger(LiveStreams.class);

    /** {@code Retry-After} of a refusal. */
    private static final Duration RETRY_AFTER = Duration.ofSeconds(10);

    /** Time for which players get the segments that they have just been told of, at the end of the program. */
    private static final Duration LAST_SEGMENTS = Duration.ofMillis(500);

    /** Maximum wait for the end of a channel. */
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(15);

    private final ChannelCatalog catalog;
    private final LiveSettings settings;
    private final ChannelOwnership ownership;
    private final LiveStream.Parts parts;
    private final ConcurrentMap<String, LiveStream> running = new ConcurrentHashMap<>();
    private final ClaimedStarts<LiveStream> starts;
    private final LiveMetrics metrics;
    private final ChannelTimes times;
    private final FileDescriptors descriptors;

    /** Observed by those that follow channels; observers must not block. */
    private final Event<LiveStream> started;

    /** Number of channels in {@link #running} and of those that are starting or stopping. */
    private final AtomicInteger alive = new AtomicInteger();

    private final Queue<Thread> stopping = new ConcurrentLinkedQueue<>();
    private volatile boolean closing;

    LiveStreams(
            ChannelCatalog catalog,
            LiveSettings settings,
            ChannelOwnership ownership,
            LiveStream.Parts parts,
            FileDescriptors descriptors,
            LiveMetrics metrics,
            Event<LiveStream> started) {
        this.started = started;
        this.descriptors = descriptors;
        this.catalog = catalog;
        this.settings = settings;
        this.ownership = ownership;
        this.metrics = metrics;
        this.times = new ChannelTimes(
                TimeSource.SYSTEM,
                TimeSource.SYSTEM::nanoTime,
                settings.window().plus(SegmentFiles.RETENTION));
        this.starts = new ClaimedStarts<>(running, id -> ownership.claim(id, times.of(id)));
        this.parts = parts;
    }

    void begin(@Observes StartupEvent event, LiveMetrics metrics, PeriodicTasks tasks) {
        metrics.observe(running::size);
        tasks.every(TICK, "channels-tick", this::tick);
    }

    /**
     * Returns a running channel; starts it if necessary, as its only owner in a cluster. Blocks on a receiver's list of services,
     * on Redis, and on the data directory.
     *
     * @throws io.xg2g.problem.ProblemException if the channel does not exist, the limit of running channels is reached,
     *     the work directory cannot be written, another gateway has or can have the channel, or the service is shutting down
     */
    public LiveStream open(String id) {
        if (closing) {
            throw Unavailable.shuttingDown().asException();
        }
        LiveStream known = running.get(id);
        if (known != null) {
            requireOwned(known);
            return known;
        }
        Channel channel = catalog.find(id).orElseThrow(() -> catalog.unknown(id));
        makeRoom();
        try {
            LiveStream stream = starts.start(id, claim -> start(channel, claim));
            if (closing) {
                // It was added after stopAll had taken its snapshot.
                stop(id, StopReason.SHUTDOWN);
            }
            return stream;
        } catch (UncheckedIOException full) {
            throw DiskFailure.ofWorkDirectory();
        }
    }

    /**
     * Throws a problem if another gateway can have a channel at this moment: nothing new may be shown of it. Does nothing if the channel
     * was stopped here, and may be given up.
     *
     * @throws io.xg2g.problem.ProblemException with {@code Retry-After}
     */
    public void requireOwned(LiveStream stream) {
        Lease lease = stream.claim.lease();
        // In this order: a channel is stopped before it is given up.
        if (!lease.isValid() && !stream.isStopped()) {
            ownership.require(lease);
        }
    }

    /** At the limit, stops the channel that has been without viewers for longest. Blocks until it has ended. */
    private void makeRoom() {
        if (alive.get() >= maxRunning()) {
            running.values().stream()
                    .filter(stream -> stream.viewers.areNone())
                    .max(Comparator.comparing(stream -> stream.viewers.idle()))
                    .ifPresent(stream -> stop(stream.channel.id(), StopReason.DISPLACED));
        }
    }

    private int maxRunning() {
        return Math.min(settings.maxStreams(), descriptors.channels());
    }

    private LiveStream start(Channel channel, ChannelClaim claim) {
        ownership.require(claim.lease());
        int max = maxRunning();
        boolean begun = false;
        try {
            if (alive.incrementAndGet() > max) {
                throw ProblemType.TOO_MANY_STREAMS
                        .with(max + " channels are running, which is the limit"
                                + (max == settings.maxStreams()
                                        ? " (xg2g.live.max-streams)"
                                        : " for the file descriptors (ulimit -n)")
                                + "; a channel without viewers would be stopped for another one")
                        .retryAfter(RETRY_AFTER)
                        .asException();
            }
            LiveStream stream = new LiveStream(channel, parts, claim);
            claim.begin();
            stream.start();
            begun = true;
            started.fire(stream);
            return stream;
        } finally {
            if (!begun) {
                alive.decrementAndGet();
            }
        }
    }

    /** Returns the channel if it is running. */
    public Optional<LiveStream> find(String id) {
        return Optional.ofNullable(running.get(id));
    }

    /** Returns all running channels, sorted by id. */
    List<LiveStream> all() {
        List<LiveStream> all = new ArrayList<>(running.values());
        all.sort(Comparator.comparing(stream -> stream.channel.id()));
        return all;
    }

    /** Stops a channel; blocks until it has ended. Returns false if it was not running. */
    boolean stop(String id, StopReason reason) {
        LiveStream stream = running.get(id);
        if (stream == null) {
            return false;
        }
        // Before the removal, so that it takes no discontinuity sequence number after the channel has started again.
        stream.end();
        if (reason == StopReason.SHUTDOWN && !stream.isUnwatched()) {
            awaitLastSegments();
        }
        if (!running.remove(id, stream)) {
            return false;
        }
        try {
            stream.stop(reason);
        } finally {
            alive.decrementAndGet();
            starts.giveUp(id, stream.claim);
        }
        return true;
    }

    private void awaitLastSegments() {
        try {
            parts.time().sleep(LAST_SEGMENTS);
        } catch (InterruptedException shutdown) {
            Thread.currentThread().interrupt();
        }
    }

    /** Returns whether the program is shutting down: no channel starts any more. */
    public boolean isClosing() {
        return closing;
    }

    private void tick() {
        for (LiveStream stream : running.values()) {
            try {
                stream.tick();
            } catch (RuntimeException bug) {
                LOG.errorf(bug, "channel tick failed: stream=%s", stream);
            }
            String id = stream.channel.id();
            over(stream).ifPresent(reason -> stopping.add(Thread.ofVirtual().start(() -> stop(id, reason))));
        }
        // An ended thread still refers to what it ran.
        stopping.removeIf(thread -> !thread.isAlive());
        times.evictUnused(running.keySet(), metrics::forget);
    }

    /** Returns why a channel has to stop. */
    private Optional<StopReason> over(LiveStream stream) {
        if (stream.claim.lease().isLost()) {
            return Optional.of(StopReason.MOVED);
        }
        if (catalog.isRemoved(stream.channel)) {
            return Optional.of(StopReason.REQUESTED);
        }
        return stream.viewers.idle().compareTo(settings.idleTimeout()) > 0
                ? Optional.of(StopReason.IDLE)
                : Optional.empty();
    }

    /**
     * Stops all channels at the begin of the shutdown delay, so that open continuous streams do not delay the shutdown.
     */
    void drain(@Observes ShutdownDelayInitiatedEvent event) {
        closing = true;
        stopping.add(Thread.ofVirtual().name("channels-stop").start(this::stopAll));
    }

    /** Waits until all channels have ended. */
    void stop(@Observes @Priority(1) ShutdownEvent event) {
        closing = true;
        stopping.add(Thread.ofVirtual().name("channels-stop").start(this::stopAll));
        join(stopping);
    }

    private void stopAll() {
        join(running.keySet().stream()
                .map(id -> Thread.ofVirtual().start(() -> stop(id, StopReason.SHUTDOWN)))
                .toList());
    }

    private static void join(Collection<Thread> threads) {
        try {
            for (Thread thread : threads) {
                thread.join(STOP_TIMEOUT);
            }
        } catch (InterruptedException shutdown) {
            Thread.currentThread().interrupt();
        }
    }
}
