package io.xg2g.output;

import io.xg2g.camera.CameraStatus;
import io.xg2g.camera.CameraStatusListener;
import io.xg2g.schedule.TimeSource;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/**
 * Events about the cameras and the program, for the broker. Only the latest state of a camera is kept: what could not be
 * published is published with the next connection or minute, and each connection begins with the states of all cameras.
 *
 * <p>Does nothing without a broker. Thread-safe.
 */
@Singleton
class StatusAnnouncer implements CameraStatusListener {
    private static final Duration LAST_WORD = Duration.ofSeconds(1);

    private final Broker broker;
    private final String version;
    private final TimeSource time;
    private final long began;
    private final Map<String, CameraStatus> latest = new TreeMap<>();
    private final Set<String> unpublished = new HashSet<>();

    @Inject
    StatusAnnouncer(
            Broker broker,
            @ConfigProperty(name = "quarkus.application.version", defaultValue = "unknown") String version) {
        this(broker, version, TimeSource.SYSTEM);
    }

    StatusAnnouncer(Broker broker, String version, TimeSource time) {
        this.broker = broker;
        this.version = version;
        this.time = time;
        began = time.nanoTime();
    }

    @Override
    public void changed(CameraStatus status) {
        if (broker.publications().isPresent()) {
            synchronized (this) {
                latest.put(status.camera(), status);
                unpublished.add(status.camera());
                publish(status);
            }
        }
    }

    /** Publishes the states of all cameras and of the program: for consumers that were connected to another broker. */
    synchronized void connected() {
        unpublished.addAll(latest.keySet());
        publishChanges();
    }

    /** Publishes the state of the program, and what could not be published. */
    synchronized void publishChanges() {
        Set.copyOf(unpublished).stream().sorted().map(latest::get).forEach(this::publish);
        var _ = publishSystem("running");
    }

    /** Publishes that the program ends; blocks for a second at most. */
    void stopping() {
        try {
            publishSystem("stopping").get(LAST_WORD.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException unheard) {
            // Consumers notice that the messages of each minute are missing.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void publish(@Nullable CameraStatus status) {
        if (status != null) {
            var _ = broker.publications()
                    .map(messages -> broker.publish(messages.status(status, time.instant()))
                            .thenRun(() -> published(status)));
        }
    }

    private synchronized void published(CameraStatus status) {
        if (status.equals(latest.get(status.camera()))) {
            unpublished.remove(status.camera());
            if (status.state() == CameraStatus.State.STOPPED) {
                latest.remove(status.camera());
            }
        }
    }

    private CompletableFuture<Void> publishSystem(String state) {
        Map<CameraStatus.State, Long> cameras;
        synchronized (this) {
            cameras =
                    latest.values().stream().collect(Collectors.groupingBy(CameraStatus::state, Collectors.counting()));
        }
        Duration uptime = Duration.ofNanos(time.nanoTime() - began);
        return broker.publications()
                .map(messages -> broker.publish(messages.system(state, version, uptime, cameras, time.instant())))
                .orElseGet(CompletableFuture::allOf);
    }
}
