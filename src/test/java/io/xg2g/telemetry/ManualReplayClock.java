package io.xg2g.telemetry;

import java.time.Instant;

/** Time that goes on only because somebody waits. */
final class ManualReplayClock implements ReplayClock {
    static final Instant START = Instant.parse("2026-01-31T12:00:00Z");

    private long nanos;

    @Override
    public synchronized Instant now() {
        return START.plusNanos(nanos);
    }

    @Override
    public synchronized long nanos() {
        return nanos;
    }

    @Override
    public synchronized void waitUntil(long moment) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        nanos = Math.max(nanos, moment);
    }
}
