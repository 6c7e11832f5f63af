package io.xg2g.telemetry;

import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.smallrye.mutiny.Multi;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.List;

/** Streams of changing values, for clients of Server-Sent Events. */
@ApplicationScoped
class TelemetryEvents {
    /** Interval of events. GPUs are sampled every few seconds, but a replay may publish far more often. */
    private static final Duration INTERVAL = Duration.ofSeconds(1);

    private final TelemetryRepository repository;
    private volatile boolean ending;

    TelemetryEvents(TelemetryRepository repository) {
        this.repository = repository;
    }

    /**
     * Returns the latest value of every selected metric, then at most once a second the changed ones. The stream ends when
     * the shutdown begins, which would otherwise wait for its clients.
     *
     * @param gpu UUID or DRM node
     */
    Multi<List<Row>> of(String gpu, Selection selection) {
        ChangeTracker values = new ChangeTracker(selection);
        return Multi.createBy()
                .concatenating()
                .streams(Multi.createFrom().item(0L), Multi.createFrom().ticks().every(INTERVAL))
                .select()
                .first(_ -> !ending)
                // A tick without demand is dropped: the next event has all changes.
                .onOverflow()
                .drop()
                .map(_ -> values.changes(repository.series(gpu)))
                .filter(rows -> !rows.isEmpty());
    }

    void drain(@Observes ShutdownDelayInitiatedEvent event) {
        ending = true;
    }
}
