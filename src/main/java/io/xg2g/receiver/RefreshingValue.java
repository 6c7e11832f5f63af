package io.xg2g.receiver;

import io.xg2g.schedule.TimeSource;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Cached value that is fetched on the first call and refreshed in the background after its time to live. If a refresh fails, the
 * previous value remains (stale-while-revalidate). Thread-safe.
 */
final class RefreshingValue<T> {
    /** Delay before a retry after a failure, or after a part, unless the time to live is shorter. */
    private static final Duration RETRY = Duration.ofSeconds(60);

    /** The same while there is no fetched value, as after a power cut, when both start. */
    private static final Duration FIRST_RETRY = Duration.ofSeconds(2);

    /** Fetch of a new value; gets the previous one. */
    interface Fetch<T> {
        Fetched<T> fetch(T last) throws IOException, InterruptedException;
    }

    /**
     * Result of a fetch.
     *
     * @param complete false if the value is used, and to be fetched again soon, as after a failure
     */
    record Fetched<T>(T value, boolean complete) {
        static <T> Fetched<T> whole(T value) {
            return new Fetched<>(value, true);
        }
    }

    /**
     * State of the value.
     *
     * @param attempted whether the first fetch has ended
     * @param fetched whether a fetch gave a value
     * @param complete whether one gave all of it
     */
    private record State<T>(T value, boolean attempted, boolean fetched, boolean complete, long due) {}

    private final Fetch<T> fetch;
    private final Duration timeToLive;
    private final TimeSource time;
    private final ReentrantLock fetching = new ReentrantLock();
    private final AtomicBoolean inBackground = new AtomicBoolean();
    private volatile State<T> state;

    RefreshingValue(T initial, Fetch<T> fetch, Duration timeToLive, TimeSource time) {
        this.state = new State<>(initial, false, false, false, 0);
        this.fetch = fetch;
        this.timeToLive = timeToLive;
        this.time = time;
    }

    /** Returns the value; blocks only for the first one. */
    T get() throws InterruptedException {
        State<T> now = state;
        if (!now.attempted) {
            fetchFirst();
        } else if (time.nanoTime() - now.due >= 0 && inBackground.compareAndSet(false, true)) {
            Thread.ofVirtual().name("receiver-refresh").start(this::refreshInBackground);
        }
        return state.value;
    }

    /** Returns whether the value has been fetched; otherwise it is the initial one, or only a part was fetched. */
    boolean isFetched() {
        return state.complete;
    }

    /** Returns the latest value without fetching. */
    T last() {
        return state.value;
    }

    private void fetchFirst() throws InterruptedException {
        fetching.lockInterruptibly();
        try {
            if (!state.attempted) {
                refresh();
            }
        } finally {
            fetching.unlock();
        }
    }

    private void refreshInBackground() {
        fetching.lock();
        try {
            refresh();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            fetching.unlock();
            inBackground.set(false);
        }
    }

    private void refresh() throws InterruptedException {
        State<T> last = state;
        try {
            Fetched<T> next = fetch.fetch(last.value);
            Duration pause = next.complete() ? timeToLive : RETRY;
            state = new State<>(next.value(), true, true, last.complete || next.complete(), due(pause));
        } catch (IOException e) {
            Duration pause = last.fetched ? RETRY : FIRST_RETRY;
            state = new State<>(last.value, true, last.fetched, last.complete, due(pause));
        }
    }

    private long due(Duration pause) {
        return time.nanoTime() + (timeToLive.compareTo(pause) < 0 ? timeToLive : pause).toNanos();
    }
}
