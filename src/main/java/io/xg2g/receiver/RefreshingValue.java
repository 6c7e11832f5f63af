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

    /** Fetch of a new value; gets the previous one. */
    interface Fetch<T> {
        T fetch(T last) throws IOException, InterruptedException;
    }

    private record State<T>(T value, boolean fetched, long due) {}

    private final Fetch<T> fetch;
    private final Duration timeToLive;
    private final TimeSource time;
    private final ReentrantLock fetching = new ReentrantLock();
    private final AtomicBoolean inBackground = new AtomicBoolean();
    private volatile State<T> state;

    RefreshingValue(T initial, Fetch<T> fetch, Duration timeToLive, TimeSource time) {
        this.state = new State<>(initial, false, 0);
        this.fetch = fetch;
        this.timeToLive = timeToLive;
        this.time = time;
    }

    /** Returns the value; blocks only for the first one. */
    T get() throws InterruptedException {
        State<T> now = state;
        if (!now.fetched) {
            fetchFirst();
        } else if (time.nanoTime() - now.due >= 0 && inBackground.compareAndSet(false, true)) {
            Thread.ofVirtual().name("receiver-refresh").start(this::refreshInBackground);
        }
        return state.value;
    }

    /** Returns the latest value without fetching. */
    T last() {
        return state.value;
    }

    private void fetchFirst() throws InterruptedException {
        fetching.lockInterruptibly();
        try {
            if (!state.fetched) {
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
        T last = state.value;
        try {
            T next = fetch.fetch(last);
            state = new State<>(next, true, time.nanoTime() + timeToLive.toNanos());
        } catch (IOException e) {
            Duration retry = timeToLive.compareTo(RETRY) < 0 ? timeToLive : RETRY;
            state = new State<>(last, true, time.nanoTime() + retry.toNanos());
        }
    }
}
