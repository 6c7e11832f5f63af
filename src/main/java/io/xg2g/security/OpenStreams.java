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
 * Long responses that end with their authorization: when their credential is revoked or expires, or when their playback
 * has reached its maximum duration. A task checks all of them every second. Such a response is asked to end, and is
 * aborted if it has not ended within {@link #GRACE}, for instance because its client does not read. Thread-safe.
 */
@ApplicationScoped
@Startup
class OpenStreams {
    /** Long enough for a client that reads slowly, and for a busy machine. */
    static final Duration GRACE = Duration.ofSeconds(5);

    private static final Duration SWEEP = Duration.ofSeconds(1);

    private final InstantSource time;
    private final Set<Open> open = ConcurrentHashMap.newKeySet();

    /** Operations that end a response. They must not block. */
    interface Ending {
        /** Asks the response to end. */
        void finish();

        /** Aborts the response. */
        void reset();
    }

    /** One response. Compared by identity. */
    static final class Open {
        private final BooleanSupplier valid;
        private final Instant end;
        private final Ending ending;

        /** Time at which it is aborted; set by the sweeping task only. */
        private @Nullable Instant deadline;

        private Open(BooleanSupplier valid, Instant end, Ending ending) {
            this.valid = valid;
            this.end = end;
            this.ending = ending;
        }

        /** Returns whether the response was aborted. */
        private boolean sweep(Instant now) {
            Instant abortAt = deadline;
            if (abortAt != null) {
                if (now.isBefore(abortAt)) {
                    return false;
                }
                ending.reset();
                return true;
            }
            if (!now.isBefore(end) || !valid.getAsBoolean()) {
                deadline = now.plus(GRACE);
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
     * @param valid whether the authorization is still valid
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

    /** Ends the responses whose authorization has ended. */
    void sweep() {
        Instant now = time.instant();
        open.removeIf(stream -> stream.sweep(now));
    }
}
