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
import java.util.function.Predicate;

/**
 * Continuous responses that are being sent, which end with the right to them: when their credential is revoked or expires, or
 * when their playback has lasted the longest. Checked every second. Thread-safe.
 */
@ApplicationScoped
@Startup
class OpenStreams {
    private static final Duration SWEEP = Duration.ofSeconds(1);

    private final Predicate<CredentialId> valid;
    private final InstantSource time;
    private final Set<Open> open = ConcurrentHashMap.newKeySet();

    /** One response. Compared by identity. */
    static final class Open {
        private final CredentialId credential;
        private final Instant end;
        private final Runnable cut;

        private Open(CredentialId credential, Instant end, Runnable cut) {
            this.credential = credential;
            this.end = end;
            this.cut = cut;
        }
    }

    @Inject
    OpenStreams(Credentials credentials, PlaybackTime time) {
        this(credentials::isValid, time);
    }

    OpenStreams(Predicate<CredentialId> valid, InstantSource time) {
        this.valid = valid;
        this.time = time;
    }

    /**
     * Watches a response until it is {@linkplain #remove removed}.
     *
     * @param end when it has to end at the latest, by {@link PlaybackTime}
     * @param cut ends it
     */
    Open add(CredentialId credential, Instant end, Runnable cut) {
        Open added = new Open(credential, end, cut);
        open.add(added);
        return added;
    }

    void remove(Open ended) {
        open.remove(ended);
    }

    void start(@Observes StartupEvent event, PeriodicTasks tasks) {
        tasks.every(SWEEP, "open-streams-sweep", this::sweep);
    }

    /** Cuts those whose right has ended. */
    void sweep() {
        Instant now = time.instant();
        open.removeIf(stream -> {
            boolean over = !now.isBefore(stream.end) || !valid.test(stream.credential);
            if (over) {
                stream.cut.run();
            }
            return over;
        });
    }
}
