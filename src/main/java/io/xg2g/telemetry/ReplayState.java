package io.xg2g.telemetry;

import java.time.Instant;
import java.util.Locale;

/** How far a replay is. */
sealed interface ReplayState {

    /** The name in the API. */
    default String label() {
        return getClass().getSimpleName().toLowerCase(Locale.ROOT);
    }

    /** It publishes, or waits for the next row's time. */
    record Running() implements ReplayState {}

    /** It is over. */
    sealed interface Ended extends ReplayState {
        Instant at();
    }

    /** Every row was read. */
    record Finished(Instant at) implements Ended {}

    /** It was told to stop. */
    record Stopped(Instant at) implements Ended {}

    /** It could not go on. */
    record Failed(Instant at, String reason) implements Ended {}
}
