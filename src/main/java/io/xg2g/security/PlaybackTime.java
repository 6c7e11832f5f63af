package io.xg2g.security;

import io.xg2g.cluster.ClusterSettings;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * Clock for issuing and expiring playback tokens: the wall clock time at the start of the program, plus the time since
 * then on the monotonic clock. Setting the wall clock while the program runs neither ends nor prolongs playbacks. After
 * a restart, tokens are validated by the wall clock time of that start.
 *
 * <p>In a cluster it is the wall clock: the gateways accept each other's tokens, and one whose clock was wrong when it started would
 * issue tokens that no other one accepts.
 */
@Singleton
class PlaybackTime implements InstantSource {
    private final InstantSource source;

    @Inject
    PlaybackTime(ClusterSettings cluster) {
        this(InstantSource.system(), System::nanoTime, cluster.shared().isPresent());
    }

    PlaybackTime(InstantSource wall, LongSupplier nanos, boolean shared) {
        Instant start = wall.instant();
        long startNanos = nanos.getAsLong();
        source = shared ? wall : () -> start.plusNanos(nanos.getAsLong() - startNanos);
    }

    @Override
    public Instant instant() {
        return source.instant();
    }
}
