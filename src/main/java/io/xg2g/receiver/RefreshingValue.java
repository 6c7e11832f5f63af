package io.xg2g.receiver;

import io.xg2g.schedule.TimeSource;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A value from outside: fetched when it is first asked for, and again in the background when it has become old. Where
 * that fails, the last one stays. Thread-safe.
 */
final class RefreshingValue<T> {
    /** After a failure it is not tried again for this long, unless values become old sooner. */
    private static final Duration RETRY = Duration.ofSeconds(60);

    /** Gets a new value from the last one. */
    interface Fetch<T> {
        T fetch(T last) throws IOException, InterruptedException;
    }

    private record State<T>(T value, boolean fetched, long due) {}

    private final Fetch<T> fetch;
    private final Duration fresh;
    private final TimeSource time;
    private final ReentrantLock fetching = new ReentrantLock();
    private final AtomicBoolean inBackground = new AtomicBoolean();
    private volatile State<T> state;

    RefreshingValue(T initial, Fetch<T> fetch, Duration fresh, TimeSource time) {
        this.state = new State<>(initial, false, 0);
        this.fetch = fetch;
        this.fresh = fresh;
        this.time = time;
    }

    /** The value; blocks only for the first one. */
    T get() throws InterruptedException {
        State<T> now = state;
        if (!now.fetched) {
            first();
        } else if (time.nanoTime() - now.due >= 0 && inBackground.compareAndSet(false, true)) {
            Thread.ofVirtual().name("receiver-refresh").start(this::again);
        }
        return state.value;
    }

    /** The value as far as it is known; never fetches. */
    T last() {
        return state.value;
    }

    private void first() throws InterruptedException {
        fetching.lockInterruptibly();
        try {
            if (!state.fetched) {
                refresh();
            }
        } finally {
            fetching.unlock();
        }
    }

    private void again() {
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
            state = new State<>(next, true, time.nanoTime() + fresh.toNanos());
        } catch (IOException e) {
            Duration retry = fresh.compareTo(RETRY) < 0 ? fresh : RETRY;
            state = new State<>(last, true, time.nanoTime() + retry.toNanos());
        }
    }
}
