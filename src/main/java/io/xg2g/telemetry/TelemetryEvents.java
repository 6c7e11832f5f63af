package io.xg2g.telemetry;

import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.smallrye.mutiny.Multi;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.List;

/** Streams of what GPUs measure from now on, for clients that follow them. */
@ApplicationScoped
class TelemetryEvents {
    /** GPUs are sampled every few seconds; a replay may publish far more often than a client can read. */
    private static final Duration INTERVAL = Duration.ofSeconds(1);

    private final TelemetryRepository repository;
    private volatile boolean ending;

    TelemetryEvents(TelemetryRepository repository) {
        this.repository = repository;
    }

    /**
     * The latest value of every selected metric, then at most once a second those that have a new value. It ends when the
     * program is told to stop, so that the shutdown does not wait for the clients of streams.
     *
     * @param gpu the UUID or DRM node
     */
    Multi<List<Row>> of(String gpu, Selection wanted) {
        ChangeTracker values = new ChangeTracker(wanted);
        return Multi.createBy()
                .concatenating()
                .streams(Multi.createFrom().item(0L), Multi.createFrom().ticks().every(INTERVAL))
                .select()
                .first(_ -> !ending)
                // A tick for which the client was not ready is dropped: the next event has all that is new.
                .onOverflow()
                .drop()
                .map(_ -> values.among(repository.series(gpu)))
                .filter(rows -> !rows.isEmpty());
    }

    void drain(@Observes ShutdownDelayInitiatedEvent event) {
        ending = true;
    }
}
