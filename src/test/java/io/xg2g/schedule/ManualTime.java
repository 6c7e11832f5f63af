package io.xg2g.schedule;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.TreeSet;

/**
 * Time that a test advances. {@link #sleep} advances it too and returns at once, so that a loop with pauses runs to its end
 * on the test's own thread. Actions run on the thread that advances the time, in the order of their due times.
 *
 * <p>Thread-safe, as long as one thread at a time advances it.
 */
public final class ManualTime implements TimeSource {
    private static final Instant START = Instant.parse("2026-01-31T12:00:00Z");

    /** Close to the overflow, which {@link System#nanoTime()} may reach too. */
    private static final long ORIGIN = Long.MAX_VALUE - Duration.ofMinutes(1).toNanos();

    private record Alarm(long due, long number, Runnable action) {}

    private final TreeSet<Alarm> alarms =
            new TreeSet<>(Comparator.comparingLong(Alarm::due).thenComparingLong(Alarm::number));
    private long elapsed;
    private long numbers;

    @Override
    public synchronized long nanoTime() {
        return ORIGIN + elapsed;
    }

    @Override
    public synchronized Instant instant() {
        return START.plusNanos(elapsed);
    }

    @Override
    public void sleep(Duration duration) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        advance(duration);
    }

    @Override
    public synchronized Runnable schedule(Duration delay, Runnable action) {
        Alarm alarm = new Alarm(elapsed + delay.toNanos(), numbers++, action);
        alarms.add(alarm);
        return () -> cancel(alarm);
    }

    private synchronized void cancel(Alarm alarm) {
        alarms.remove(alarm);
    }

    /** Advances the time; each action that is due meanwhile runs at its own time. */
    public void advance(Duration step) {
        long until = elapsed() + step.toNanos();
        for (Alarm next = due(until); next != null; next = due(until)) {
            next.action().run();
        }
        advanceTo(until);
    }

    /** Returns the time since the start. */
    public Duration sinceStart() {
        return Duration.ofNanos(elapsed());
    }

    /** Returns how many actions are due in the future. */
    public synchronized int pending() {
        return alarms.size();
    }

    private synchronized Alarm due(long until) {
        if (alarms.isEmpty() || alarms.first().due() > until) {
            return null;
        }
        Alarm next = alarms.removeFirst();
        elapsed = Math.max(elapsed, next.due());
        return next;
    }

    private synchronized void advanceTo(long until) {
        elapsed = Math.max(elapsed, until);
    }

    private synchronized long elapsed() {
        return elapsed;
    }
}
