package io.xg2g.bench;

import io.xg2g.schedule.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/** Time of a simulation, which advances from one event to the next. Single-threaded. */
final class SimulatedTime implements TimeSource {

    private static final class Event implements Comparable<Event> {
        private final long at;
        private final long number;
        private @Nullable Runnable action;

        private Event(long at, long number, Runnable action) {
            this.at = at;
            this.number = number;
            this.action = action;
        }

        @Override
        public int compareTo(Event other) {
            return at == other.at ? Long.compare(number, other.number) : Long.compare(at, other.at);
        }
    }

    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private long now;
    private long numbers;

    @Override
    public long nanoTime() {
        return now;
    }

    @Override
    public Instant instant() {
        return Instant.EPOCH.plusNanos(now);
    }

    @Override
    public void sleep(Duration duration) {
        throw new UnsupportedOperationException("nothing sleeps in a simulation");
    }

    @Override
    public Runnable schedule(Duration delay, Runnable action) {
        Event event = new Event(now + delay.toNanos(), numbers++, action);
        events.add(event);
        return () -> event.action = null;
    }

    /** Runs an action after this many nanoseconds. */
    void after(long nanos, Runnable action) {
        events.add(new Event(now + nanos, numbers++, action));
    }

    /** Runs all events up to this time, in nanoseconds from the start. */
    void runUntil(long end) {
        for (Event next = events.peek(); next != null && next.at <= end; next = events.peek()) {
            events.poll();
            now = next.at;
            Runnable action = next.action;
            if (action != null) {
                action.run();
            }
        }
        now = end;
    }
}
