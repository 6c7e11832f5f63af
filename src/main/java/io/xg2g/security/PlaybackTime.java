package io.xg2g.security;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * The time by which playback tokens are issued and end: what the wall clock said at the start of the program, and the time
 * that has passed since by the monotonic clock. A wall clock that is set while the program runs neither ends the playbacks
 * under way nor prolongs them. After a restart, tokens are judged by the wall clock of that moment.
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
