package io.xg2g.dispatch;

import org.jspecify.annotations.Nullable;

/** Signal that interrupts a run from another thread, even if sent before the run begins. Thread-safe. */
final class StopSignal {
    private boolean stopped;
    private @Nullable Thread running;

    /** Interrupts the run now, or as soon as it begins. */
    synchronized void stop() {
        stopped = true;
        if (running != null) {
            running.interrupt();
        }
    }

    /** Makes the calling thread the one to interrupt. */
    synchronized void begin() {
        running = Thread.currentThread();
        if (stopped) {
            running.interrupt();
        }
    }

    /** Ends the run: no interrupt follows, and one that is pending is cleared. */
    synchronized void end() {
        running = null;
        Thread.interrupted();
    }
}
