package io.xg2g.dispatch;

import org.jspecify.annotations.Nullable;

/** Signal that stops a run from another thread, even if sent before the run begins. Thread-safe. */
public final class StopSignal {
    private boolean stopped;
    private @Nullable Runnable action;

    /**
     * Sets what stops the run, which is called now if the signal was sent before.
     *
     * @param action must not block
     */
    public synchronized void onStop(Runnable action) {
        this.action = action;
        if (stopped) {
            action.run();
        }
    }

    /** Stops the run now, or as soon as it begins. */
    synchronized void stop() {
        stopped = true;
        if (action != null) {
            action.run();
        }
    }

    /** Makes the calling thread the one to interrupt. */
    void begin() {
        onStop(Thread.currentThread()::interrupt);
    }

    /** Ends the run: no interrupt follows, and one that is pending is cleared. */
    synchronized void end() {
        action = null;
        Thread.interrupted();
    }
}
