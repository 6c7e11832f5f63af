package io.xg2g.queue;

/** Clocks of a queue. Thread-safe. */
public interface QueueClock {
    /** Clocks of the machine. */
    QueueClock SYSTEM = new QueueClock() {
        @Override
        public long nanoTime() {
            return System.nanoTime();
        }

        @Override
        public long currentTimeMillis() {
            return System.currentTimeMillis();
        }
    };

    /** Returns nanoseconds of a monotonic clock with an arbitrary origin, for leases, delays and times to live. */
    long nanoTime();

    /** Returns milliseconds since 1970 of the wall clock, for times that are kept on disk. */
    long currentTimeMillis();
}
