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
    /** Delay before a retry after a failure, unless the time to live is shorter. */
    private static final Duration RETRY = Duration.ofSeconds(60);

    /** The same while there is no fetched value, as after a power cut, when both start. */
    private static final Duration FIRST_RETRY = Duration.ofSeconds(2);

    /** Fetch of a new value; gets the previous one. */
    interface Fetch<T> {
        T fetch(T last) throws IOException, InterruptedException;
    }

    /**
     * State of the value.
     *
     * @param attempted whether the first fetch has ended
     * @param fetched whether a fetch succeeded
     */
    private record State<T>(T value, boolean attempted, boolean fetched, long due) {}

    private final Fetch<T> fetch;
    private final Duration timeToLive;
    private final TimeSource time;
    private final ReentrantLock fetching = new ReentrantLock();
    private final AtomicBoolean inBackground = new AtomicBoolean();
    private volatile State<T> state;

    RefreshingValue(T initial, Fetch<T> fetch, Duration timeToLive, TimeSource time) {
        this.state = new State<>(initial, false, false, 0);
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

    /** Returns whether the value has been fetched; otherwise it is the initial one. */
    boolean isFetched() {
        return state.fetched;
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
            T next = fetch.fetch(last.value);
            state = new State<>(next, true, true, time.nanoTime() + timeToLive.toNanos());
        } catch (IOException e) {
            Duration pause = last.fetched ? RETRY : FIRST_RETRY;
            Duration retry = timeToLive.compareTo(pause) < 0 ? timeToLive : pause;
            state = new State<>(last.value, true, last.fetched, time.nanoTime() + retry.toNanos());
        }
    }
}
