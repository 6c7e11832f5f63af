package io.xg2g.telemetry;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.Startup;
import io.xg2g.bus.Bus;
import io.xg2g.bus.Message;
import io.xg2g.config.ConfigBounds;
import io.xg2g.http.BodySpool;
import io.xg2g.problem.DiskFailure;
import io.xg2g.problem.ProblemException;
import io.xg2g.problem.ProblemType;
import io.xg2g.problem.Unavailable;
import io.xg2g.process.WorkDirectory;
import io.xg2g.schedule.TimeSource;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/** Registry of running replays and of the last ones that ended. Not persistent. Thread-safe. */
@ApplicationScoped
@Startup
class Replays {
    /** Number of ended replays that are retained. */
    private static final int MAX_ENDED = 100;

    private static final String MAX_REPLAYS = "xg2g.telemetry.max-replays";
    private static final String MAX_BYTES = "xg2g.telemetry.max-replay-bytes";
    private static final String TIMEOUT = "xg2g.telemetry.replay-timeout";

    private final WorkDirectory work;
    private final Publisher publisher;
    private final BodySpool spool;
    private final int maxReplays;
    private final Semaphore permits;
    private final Map<String, Replay> replays = new LinkedHashMap<>();
    private volatile boolean closing;

    Replays(WorkDirectory work, Bus bus, ObjectMapper mapper, TelemetryConfig config, TelemetryMetrics metrics) {
        this.work = work;
        this.publisher = point -> bus.publish(Message.json(TelemetryCollector.REPLAYED, point, mapper));
        this.spool = new BodySpool(
                new BodySpool.Limits(
                        ConfigBounds.number(MAX_BYTES, config.maxReplayBytes().asLongValue(), 1, 1L << 44),
                        MAX_BYTES,
                        ConfigBounds.duration(
                                TIMEOUT, config.replayTimeout(), Duration.ofMillis(100), Duration.ofHours(1)),
                        TIMEOUT),
                () -> work.unavailable().map(DiskFailure::of));
        this.maxReplays = (int) ConfigBounds.number(MAX_REPLAYS, config.maxReplays(), 0, 1000);
        this.permits = new Semaphore(maxReplays);
        metrics.observeReplays(() -> maxReplays - permits.availablePermits());
    }

    /**
     * Receives a recording and starts its replay.
     *
     * @param length value of Content-Length, or -1
     * @param received called when the body has arrived
     * @throws ProblemException if the maximum of replays is reached, the body is incomplete, or it is not a DCGM export
     */
    Replay start(InputStream body, long length, ReplayOptions options, Runnable received) {
        if (closing) {
            throw ending();
        }
        spool.check(length);
        if (!permits.tryAcquire()) {
            throw ProblemType.CONFLICT
                    .with(maxReplays + " recordings are replayed, as many as " + MAX_REPLAYS
                            + " allows; stop one of them")
                    .asException();
        }
        @Nullable Path directory = null;
        boolean started = false;
        try {
            directory = work.create();
            Replay replay = begin(body, options, directory, received);
            started = true;
            return replay;
        } finally {
            if (!started) {
                release(directory);
            }
        }
    }

    private Replay begin(InputStream body, ReplayOptions options, Path directory, Runnable received) {
        Path file = directory.resolve("recording.csv");
        spool.receive(body, file);
        received.run();
        Recording recording = () -> Files.newInputStream(file);
        long bytes;
        try (DcgmReader _ = new DcgmReader(recording.open())) {
            bytes = Files.size(file);
        } catch (IOException unreadable) {
            throw DiskFailure.of("the work directory cannot be read").asException();
        }
        Replay replay = new Replay(
                UUID.randomUUID().toString(),
                options,
                recording,
                bytes,
                publisher,
                TimeSource.SYSTEM,
                () -> release(directory));
        // Last, since a started replay releases its permit itself.
        add(replay);
        return replay;
    }

    private void release(@Nullable Path directory) {
        try {
            if (directory != null) {
                work.delete(directory);
            }
        } finally {
            permits.release();
        }
    }

    private void add(Replay replay) {
        synchronized (replays) {
            // Checked under the lock of all(), so that the shutdown does not miss this replay.
            if (closing) {
                throw ending();
            }
            removeOldestEnded();
            replay.start();
            replays.put(replay.id, replay);
        }
    }

    private void removeOldestEnded() {
        List<String> ended = replays.values().stream()
                .filter(replay -> replay.state() instanceof ReplayState.Ended)
                .map(replay -> replay.id)
                .toList();
        ended.stream().limit(Math.max(0, ended.size() - MAX_ENDED)).forEach(replays::remove);
    }

    /** Returns the running and the retained replays, in the order of their start. */
    List<Replay> all() {
        synchronized (replays) {
            return List.copyOf(replays.values());
        }
    }

    Optional<Replay> find(String id) {
        synchronized (replays) {
            return Optional.ofNullable(replays.get(id));
        }
    }

    /** Stops a replay and waits for its end, or removes one that has ended. */
    void stop(Replay replay) {
        boolean ended = replay.state() instanceof ReplayState.Ended;
        end(List.of(replay));
        if (ended) {
            synchronized (replays) {
                replays.remove(replay.id);
            }
        }
    }

    /** Stops all replays before the bus stops. */
    void drain(@Observes ShutdownDelayInitiatedEvent event) {
        closing = true;
        Thread.ofVirtual().name("replays-stop").start(() -> end(all()));
    }

    /** Waits for the end of all replays. */
    void close(@Observes @Priority(1) ShutdownEvent event) {
        closing = true;
        end(all());
    }

    private static void end(List<Replay> some) {
        try {
            for (Replay replay : some) {
                replay.stop();
            }
        } catch (InterruptedException cut) {
            Thread.currentThread().interrupt();
        }
    }

    private static ProblemException ending() {
        return Unavailable.shuttingDown().asException();
    }
}
