package io.xg2g.dispatch;

import org.jspecify.annotations.Nullable;

/** Ends a run from another thread, also when the run has not begun yet. */
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

    synchronized boolean isStopped() {
        return stopped;
    }

    /** The calling thread is the run from now on. */
    synchronized void begin() {
        running = Thread.currentThread();
        if (stopped) {
            running.interrupt();
        }
    }

    /** The run is over: no interrupt comes any more, and one that came too late does not hit what follows. */
    synchronized void end() {
        running = null;
        Thread.interrupted();
    }
}
