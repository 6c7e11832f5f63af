package io.xg2g.upload;

import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.xg2g.channel.ChannelCatalog;
import io.xg2g.channel.LiveSettings;
import io.xg2g.channel.LiveStream;
import io.xg2g.channel.LiveStreams;
import io.xg2g.cluster.Leases;
import io.xg2g.cluster.Members;
import io.xg2g.durability.DurableQueues;
import io.xg2g.events.EventPublisher;
import io.xg2g.problem.ProblemException;
import io.xg2g.schedule.PeriodicTasks;
import io.xg2g.schedule.TimeSource;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Predicate;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Uploads of the configured channels, while the program runs. Does nothing if there is no target. */
@Singleton
public class Uploads {
    private static final Logger LOG = Logger.getLogger(Uploads.class);

    /** Shorter than the shortest {@code xg2g.live.idle-timeout}. */
    private static final Duration KEEP_RUNNING = Duration.ofSeconds(4);

    /** Between checks of the age of what waits. */
    private static final Duration CHECK = Duration.ofSeconds(10);

    private static final String VIEWER = "upload";

    private final UploadSettings settings;
    private final UploadMetrics metrics;
    private final LiveSettings live;
    private final Optional<Running> running;

    private volatile boolean stopping;

    /** Parts that exist where there is a target. */
    private record Running(HttpTarget target, UploadQueues queues, Uploader uploader, TargetCircuit circuit) {}

    @Inject
    Uploads(UploadSettings settings, UploadMetrics metrics, LiveSettings live, DurableQueues queues, Leases leases) {
        this.settings = settings;
        this.metrics = metrics;
        this.live = live;
        running = settings.target().map(address -> running(address, queues, leases));
        running.ifPresent(parts -> {
            metrics.observe(parts.circuit());
            metrics.observe(parts.queues()::oldestAge);
        });
    }

    private Running running(UploadSettings.Address address, DurableQueues durable, Leases leases) {
        TimeSource time = TimeSource.SYSTEM;
        HttpTarget target = HttpTarget.at(address, settings.timeout());
        TargetCircuit circuit = new TargetCircuit(time::nanoTime);
        Wake wake = new Wake();
        UploadQueues queues = UploadQueues.open(durable, settings, metrics, wake);
        Fences fences = channel -> leases.latestFence(Leases.channel(channel)).join();
        TargetCircuit deletions = new TargetCircuit(time::nanoTime);
        UploadTools tools = new UploadTools(target, circuit, deletions, metrics, fences, time::nanoTime);
        Lanes lanes = new Lanes(settings.bounds().memory() / 8, queues.held(), time::nanoTime);
        Uploader uploader = new Uploader(
                new Uploader.Parts(
                        queues,
                        lanes,
                        circuit,
                        deletions,
                        fences,
                        (channel, fence) ->
                                new ChannelUploader(channel, fence, tools, settings.deleteOld() ? queues::add : null),
                        time,
                        settings.bounds().maxAge(),
                        Thread.ofVirtual().name("upload-", 0)::start),
                settings.bounds().parallel());
        wake.uploader = uploader;
        LOG.infof(
                "uploads are sent: target=%s, parallel=%d",
                address, settings.bounds().parallel());
        return new Running(target, queues, uploader, circuit);
    }

    /** Wakes the uploader, which is made after the queues. */
    private static final class Wake implements Runnable {
        private volatile @Nullable Uploader uploader;

        @Override
        public void run() {
            Uploader known = uploader;
            if (known != null) {
                known.wake();
            }
        }
    }

    void begin(
            @Observes StartupEvent event,
            LiveStreams streams,
            PeriodicTasks tasks,
            EventPublisher events,
            Leases leases,
            Members members,
            ChannelCatalog catalog) {
        running.ifPresent(parts -> {
            parts.uploader().start();
            StuckUploads stuck =
                    new StuckUploads(settings.target().orElseThrow().toString());
            tasks.every(
                    CHECK,
                    "uploads-stuck",
                    () -> stuck.check(
                                    parts.queues().oldestAge(), parts.circuit().reason())
                            .ifPresent(events::publish));
            if (settings.selection().keepRunning()
                    && !settings.selection().channels().isEmpty()) {
                Predicate<String> here =
                        leases.isUsed() ? KeptChannels.of(leases, members, catalog)::isHere : _ -> true;
                tasks.every(KEEP_RUNNING, "uploads-keep-running", () -> keepRunning(streams, here));
            }
        });
    }

    private void keepRunning(LiveStreams streams, Predicate<String> here) {
        for (String channel : settings.selection().channels()) {
            try {
                if (!stopping && (streams.find(channel).isPresent() || here.test(channel))) {
                    streams.open(channel).requestRenditions(VIEWER);
                }
            } catch (ProblemException notNow) {
                LOG.debugf("channel for uploads not started, retried: stream=%s, reason=%s", channel, notNow);
            }
        }
    }

    /** Follows a channel that has started. */
    void follow(@Observes LiveStream stream) {
        running.filter(_ -> settings.selection().includes(stream.channel.id()))
                .ifPresent(parts -> new ChannelFollower(
                                ChannelFollower.Followed.of(stream),
                                parts.queues(),
                                metrics,
                                live.window(),
                                () -> stopping)
                        .start());
    }

    /** Returns the number of requests for channels that have succeeded. */
    long successes() {
        return running.map(parts -> parts.circuit().successes()).orElse(0L);
    }

    /** Before the channels are stopped, so that their playlists are not ended. */
    void drain(@Observes @Priority(1) ShutdownDelayInitiatedEvent event) {
        stopping = true;
    }

    void stopping(@Observes @Priority(0) ShutdownEvent event) {
        stopping = true;
    }

    /** After the channels are stopped. */
    void stop(@Observes ShutdownEvent event) {
        running.ifPresent(parts -> {
            parts.uploader().close();
            parts.target().close();
        });
    }

    /**
     * State of the uploads.
     *
     * @param waiting number of windows that are not uploaded
     * @param oldestAge time since the oldest of them was added
     * @param dropped number of windows that were dropped since the program was started
     * @param failure why nothing is sent at present
     */
    public record State(long waiting, Duration oldestAge, long dropped, Optional<String> failure) {}

    /** Returns the state; empty if nothing is uploaded. */
    public Optional<State> state() {
        return running.map(parts -> new State(
                parts.queues().waiting(),
                parts.queues().oldestAge(),
                metrics.droppedWindows(),
                parts.circuit().reason().map(TargetException.Kind::code)));
    }
}
