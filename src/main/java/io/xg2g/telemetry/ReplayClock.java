package io.xg2g.telemetry;

import java.time.Duration;
import java.time.Instant;

/** Time as a replay needs it. */
interface ReplayClock {
    Instant now();

    /** Nanoseconds since some moment in the past. */
    long nanos();

    /** Waits until {@link #nanos} has reached that value. */
    void waitUntil(long nanos) throws InterruptedException;

    /** The machine's. */
    ReplayClock SYSTEM = new ReplayClock() {
        @Override
        public Instant now() {
            return Instant.now();
        }

        @Override
        public long nanos() {
            return System.nanoTime();
        }

        @Override
        public void waitUntil(long nanos) throws InterruptedException {
            Thread.sleep(Duration.ofNanos(Math.max(0, nanos - System.nanoTime())));
        }
    };
}
