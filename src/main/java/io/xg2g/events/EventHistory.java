package io.xg2g.events;

import io.smallrye.mutiny.Multi;
import java.util.List;
import java.util.function.Predicate;

/** Recent events in their order: those of this program, or of a whole cluster. Thread-safe; reading may block. */
public interface EventHistory {

    /**
     * Part of the history.
     *
     * @param events matching ones, in their order
     * @param read sequence up to which the history was read
     * @param more whether there are later matching events
     */
    record Page(List<RecordedEvent> events, long read, boolean more) {}

    /** Returns the latest events that match, the oldest of them first. */
    Page latest(int most, Predicate<RecordedEvent> wanted);

    /**
     * Returns the first events behind a sequence that match. A sequence above the latest one is of another history, for instance
     * one in a data directory that was deleted: all events are behind it.
     */
    Page since(long sequence, int most, Predicate<RecordedEvent> wanted);

    /**
     * Returns the events behind a sequence that match, and then each further one, until the service shuts down. A slow client
     * delays only itself; it misses what is removed meanwhile.
     */
    Multi<RecordedEvent> follow(long sequence, Predicate<RecordedEvent> wanted);

    /** Returns the latest events that match, and then each further one, as {@link #follow}. */
    Multi<RecordedEvent> followLatest(int most, Predicate<RecordedEvent> wanted);
}
