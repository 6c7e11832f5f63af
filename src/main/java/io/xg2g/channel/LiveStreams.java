package io.xg2g.channel;

import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.xg2g.dispatch.Dispatcher;
import io.xg2g.ffmpeg.MediaInspector;
import io.xg2g.ffmpeg.MediaProcesses;
import io.xg2g.ffmpeg.Profiles;
import io.xg2g.ffmpeg.WorkDirectory;
import io.xg2g.ingest.Feeds;
import io.xg2g.packaging.EncodingCapacity;
import io.xg2g.packaging.LiveMetrics;
import io.xg2g.packaging.SegmentFiles;
import io.xg2g.packaging.Thumbnails;
import io.xg2g.packaging.WindowTranscoder;
import io.xg2g.problem.DiskFailure;
import io.xg2g.problem.ProblemType;
import io.xg2g.schedule.PeriodicTasks;
import io.xg2g.schedule.TimeSource;
import io.xg2g.storage.FileDescriptors;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jboss.logging.Logger;

/** The channels that run: a channel starts with its first viewer, and stops a while after its last one has left. */
@ApplicationScoped
public class LiveStreams {
    private static final Duration TICK = Duration.ofSeconds(1);
    private static final Logger LOG = Logger.getLogger(LiveStreams.class);

    /** Who is refused may ask again then: a viewer may have left. */
    private static final Duration RETRY = Duration.ofSeconds(10);

    /** How long the end of a channel may take. */
    private static final Duration STOP = Duration.ofSeconds(15);

    private final ChannelCatalog catalog;
    private final LiveSettings settings;
    private final DiscontinuitySequences discontinuitySequences;
    private final LiveStream.Parts parts;
    private final Map<String, LiveStream> running = new ConcurrentHashMap<>();
    private final LiveMetrics metrics;
    private final ChannelTimes times;
    private final FileDescriptors descriptors;

    /** Those in {@link #running}, and those that are started or stopped just now. */
    private final AtomicInteger alive = new AtomicInteger();

    private final Queue<Thread> stopping = new ConcurrentLinkedQueue<>();
    private volatile boolean closing;

    LiveStreams(
            ChannelCatalog catalog,
            LiveSettings settings,
            DiscontinuitySequences discontinuitySequences,
            Feeds feeds,
            MediaProcesses processes,
            MediaInspector inspector,
            Dispatcher dispatcher,
            Profiles profiles,
            WorkDirectory work,
            FileDescriptors descriptors,
            EncodingCapacity capacity,
            Thumbnails thumbnails,
            LiveMetrics metrics) {
        this.descriptors = descriptors;
        this.catalog = catalog;
        this.settings = settings;
        this.discontinuitySequences = discontinuitySequences;
        this.metrics = metrics;
        this.times = new ChannelTimes(
                Clock.systemUTC(), System::nanoTime, settings.window().plus(SegmentFiles.RETENTION));
        this.parts = new LiveStream.Parts(
                settings,
                feeds,
                processes,
                inspector,
                new WindowTranscoder.Tools(dispatcher, profiles, work, thumbnails),
                capacity,
                metrics,
                TimeSource.SYSTEM);
    }

    void begin(@Observes StartupEvent event, LiveMetrics metrics, PeriodicTasks tasks) {
        metrics.observe(running::size);
        tasks.every(TICK, "channels-tick", this::tick);
    }

    /**
     * The running channel of that id; it is started if it does not run. Blocks on a receiver's list of services
     * and on the data directory.
     *
     * @throws io.xg2g.problem.ProblemException if there is no such channel, as many run as may, the
     *     work directory cannot be written, or the service ends
     */
    public LiveStream open(String id) {
        LiveStream known = running.get(id);
        if (known != null) {
            return known;
        }
        if (closing) {
            throw ProblemType.SHUTTING_DOWN.with("the service is ending").asException();
        }
        Channel channel = catalog.find(id).orElseThrow(() -> ChannelCatalog.unknown(id));
        DiscontinuitySequences.Sequence sequence = discontinuitySequences.open(id);
        makeRoom();
        try {
            LiveStream stream = running.computeIfAbsent(id, _ -> start(channel, sequence));
            if (closing) {
                // It may have come too late to be stopped with the others.
                stop(id);
            }
            return stream;
        } catch (UncheckedIOException full) {
            throw DiskFailure.of("the work directory (xg2g.ffmpeg.work-dir) cannot be written")
                    .asException();
        }
    }

    /** Where all channels run that may, the one that nobody has watched for longest is stopped. Blocks until it has ended. */
    private void makeRoom() {
        if (alive.get() >= most()) {
            running.values().stream()
                    .filter(stream -> stream.viewers.count() == 0)
                    .max(Comparator.comparing(stream -> stream.viewers.idle()))
                    .ifPresent(stream -> stop(stream.channel.id()));
        }
    }

    private int most() {
        return Math.min(settings.maxStreams(), descriptors.channels());
    }

    private LiveStream start(Channel channel, DiscontinuitySequences.Sequence sequence) {
        boolean started = false;
        try {
            int most = most();
            if (alive.incrementAndGet() > most) {
                throw ProblemType.TOO_MANY_STREAMS
                        .with(most + " channels run, as many as may"
                                + (most == settings.maxStreams()
                                        ? " (xg2g.live.max-streams)"
                                        : ": for more the file descriptors (ulimit -n) do not suffice")
                                + "; one that nobody watches gives way to the next")
                        .retryAfter(RETRY)
                        .asException();
            }
            LiveStream fresh = new LiveStream(channel, parts, times.of(channel.id()), sequence);
            fresh.start();
            started = true;
            return fresh;
        } finally {
            if (!started) {
                alive.decrementAndGet();
            }
        }
    }

    /** The channel, if it runs. */
    public Optional<LiveStream> find(String id) {
        return Optional.ofNullable(running.get(id));
    }

    /** Every channel that runs, by id. */
    List<LiveStream> all() {
        List<LiveStream> all = new ArrayList<>(running.values());
        all.sort(Comparator.comparing(stream -> stream.channel.id()));
        return all;
    }

    /** Stops a channel if it runs; blocks until it has ended. */
    boolean stop(String id) {
        LiveStream stream = running.get(id);
        if (stream == null) {
            return false;
        }
        // Before it is removed: it must not take a discontinuity sequence number when the channel has started again.
        stream.end();
        if (!running.remove(id, stream)) {
            return false;
        }
        try {
            stream.stop();
        } finally {
            alive.decrementAndGet();
        }
        return true;
    }

    private void tick() {
        for (LiveStream stream : running.values()) {
            try {
                stream.tick();
            } catch (RuntimeException bug) {
                LOG.errorf(bug, "a channel's housekeeping failed: stream=%s", stream);
            }
            if (stream.viewers.idle().compareTo(settings.idleTimeout()) > 0) {
                stopping.removeIf(thread -> !thread.isAlive());
                stopping.add(Thread.ofVirtual().start(() -> stop(stream.channel.id())));
            }
        }
        times.forgetOld(running.keySet(), metrics::forget);
    }

    /** Continuous streams end at once, so that the end of the service need not wait for their viewers. */
    void drain(@Observes ShutdownDelayInitiatedEvent event) {
        closing = true;
        stopping.add(Thread.ofVirtual().name("channels-stop").start(this::stopAll));
    }

    /** The last thing: no channel runs any longer, and nothing is left of them. */
    void stop(@Observes @Priority(1) ShutdownEvent event) {
        closing = true;
        stopping.add(Thread.ofVirtual().name("channels-stop").start(this::stopAll));
        join(stopping);
    }

    private void stopAll() {
        join(running.keySet().stream()
                .map(id -> Thread.ofVirtual().start(() -> stop(id)))
                .toList());
    }

    private static void join(Collection<Thread> threads) {
        try {
            for (Thread thread : threads) {
                thread.join(STOP);
            }
        } catch (InterruptedException cut) {
            Thread.currentThread().interrupt();
        }
    }
}
