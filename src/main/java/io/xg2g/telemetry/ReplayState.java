package io.xg2g.telemetry;

import java.time.Instant;
import java.util.Locale;

/** State of a replay. */
sealed interface ReplayState {

    /** Returns the state's name in the API. */
    default String label() {
        return getClass().getSimpleName().toLowerCase(Locale.ROOT);
    }

    /** It publishes rows, or waits for the time of the next one. */
    record Running() implements ReplayState {}

    /** It has ended. */
    sealed interface Ended extends ReplayState {
        Instant at();
    }

    /** All rows were read. */
    record Finished(Instant at) implements Ended {}

    /** It was stopped by a request or by the shutdown. */
    record Stopped(Instant at) implements Ended {}

    /** It failed. */
    record Failed(Instant at, String reason) implements Ended {}
}
