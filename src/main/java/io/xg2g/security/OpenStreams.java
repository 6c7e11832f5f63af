package io.xg2g.security;

import io.quarkus.runtime.Startup;
import io.quarkus.runtime.StartupEvent;
import io.xg2g.schedule.PeriodicTasks;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Responses that are being sent, which end with the right to them: when their credential is revoked or expires, or when their
 * playback has lasted the longest. One task checks all of them every second. A response whose right has ended is asked to end,
 * and is broken off where it has not within {@link #PATIENCE}, as when its client does not read. Thread-safe.
 */
@ApplicationScoped
@Startup
class OpenStreams {
    static final Duration PATIENCE = Duration.ofSeconds(1);

    private static final Duration SWEEP = Duration.ofSeconds(1);

    private final InstantSource time;
    private final Set<Open> open = ConcurrentHashMap.newKeySet();

    /** What ends a response. Neither may block. */
    interface Ending {
        /** Asks for its end. */
        void finish();

        /** Breaks it off. */
        void reset();
    }

    /** One response. Compared by identity. */
    static final class Open {
        private final BooleanSupplier valid;
        private final Instant end;
        private final Ending ending;

        /** When it is broken off; set by the only task that sweeps. */
        private @Nullable Instant deadline;

        private Open(BooleanSupplier valid, Instant end, Ending ending) {
            this.valid = valid;
            this.end = end;
            this.ending = ending;
        }

        /** Whether it is over. */
        private boolean sweep(Instant now) {
            Instant patient = deadline;
            if (patient != null) {
                if (now.isBefore(patient)) {
                    return false;
                }
                ending.reset();
                return true;
            }
            if (!now.isBefore(end) || !valid.getAsBoolean()) {
                deadline = now.plus(PATIENCE);
                ending.finish();
            }
            return false;
        }
    }

    @Inject
    OpenStreams(PlaybackTime time) {
        this((InstantSource) time);
    }

    OpenStreams(InstantSource time) {
        this.time = time;
    }

    /**
     * Watches a response until it is {@linkplain #remove removed}.
     *
     * @param valid whether there is still a right to it
     * @param end when it has to end at the latest, by {@link PlaybackTime}
     */
    Open add(BooleanSupplier valid, Instant end, Ending ending) {
        Open added = new Open(valid, end, ending);
        open.add(added);
        return added;
    }

    void remove(Open ended) {
        open.remove(ended);
    }

    void start(@Observes StartupEvent event, PeriodicTasks tasks) {
        tasks.every(SWEEP, "open-streams-sweep", this::sweep);
    }

    /** Ends those whose right has ended. */
    void sweep() {
        Instant now = time.instant();
        open.removeIf(stream -> stream.sweep(now));
    }
}
