package io.xg2g.security;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * Clock for issuing and expiring playback tokens: the wall clock time at the start of the program, plus the time since
 * then on the monotonic clock. Setting the wall clock while the program runs neither ends nor prolongs playbacks. After
 * a restart, tokens are validated by the wall clock time of that start.
 */
@Singleton
class PlaybackTime implements InstantSource {
    private final LongSupplier nanos;
    private final Instant start;
    private final long startNanos;

    @Inject
    PlaybackTime() {
        this(InstantSource.system(), System::nanoTime);
    }

    PlaybackTime(InstantSource wall, LongSupplier nanos) {
        this.nanos = nanos;
        this.start = wall.instant();
        this.startNanos = nanos.getAsLong();
    }

    @Override
    public Instant instant() {
        return start.plusNanos(nanos.getAsLong() - startNanos);
    }
}
