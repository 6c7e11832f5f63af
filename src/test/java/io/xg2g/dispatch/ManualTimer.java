package io.xg2g.dispatch;

import java.time.Duration;
import java.util.Comparator;
import java.util.TreeSet;

/** Time that stands still until the test turns it on. Not thread-safe. */
final class ManualTimer implements Timer {

    private record Alarm(long due, long number, Runnable action) {}

    private final TreeSet<Alarm> alarms =
            new TreeSet<>(Comparator.comparingLong(Alarm::due).thenComparingLong(Alarm::number));
    private long now = Long.MAX_VALUE - Duration.ofMinutes(1).toNanos(); // Soon overflows, as nanoTime() may.
    private long numbers;
    private long origin = now;

    @Override
    public long nanoTime() {
        return now;
    }

    @Override
    public Runnable schedule(long delayNanos, Runnable action) {
        Alarm alarm = new Alarm(now - origin + delayNanos, numbers++, action);
        alarms.add(alarm);
        return () -> alarms.remove(alarm);
    }

    /** Turns time on; what is due meanwhile happens at its own time, in order. */
    void advance(Duration step) {
        long until = now - origin + step.toNanos();
        while (!alarms.isEmpty() && alarms.first().due() <= until) {
            Alarm next = alarms.removeFirst();
            now = origin + Math.max(next.due(), now - origin);
            next.action().run();
        }
        now = origin + until;
    }

    /** How many alarms are set. */
    int pending() {
        return alarms.size();
    }
}
