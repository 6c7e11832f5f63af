package io.xg2g.receiver;

import java.time.Duration;

/** Time, so that a test can turn it by hand. */
interface Time {

    /** Nanoseconds since a fixed but arbitrary moment, as {@link System#nanoTime()}. */
    long nanoTime();

    /** Waits. */
    void sleep(Duration duration) throws InterruptedException;

    /** The machine's time. */
    static Time system() {
        return new Time() {
            @Override
            public long nanoTime() {
                return System.nanoTime();
            }

            @Override
            public void sleep(Duration duration) throws InterruptedException {
                Thread.sleep(duration);
            }
        };
    }
}
