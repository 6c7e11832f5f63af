package io.xg2g.dispatch;

import java.util.ArrayList;
import java.util.List;
import org.jboss.logging.Logger;

/**
 * Actions that result from one change of the {@link DispatchState} and run after the dispatcher's lock was released: starts of
 * units, answers, log messages, metrics. Starts run first, so that no slot stays idle while a client processes its answer. Not
 * thread-safe.
 */
final class DeferredActions {
    private static final Logger LOG = Logger.getLogger(DeferredActions.class);

    private final List<Runnable> starts = new ArrayList<>();
    private final List<Runnable> others = new ArrayList<>();

    /** Adds the start of a unit. */
    void start(Runnable action) {
        starts.add(action);
    }

    /** Adds any other action. */
    void then(Runnable action) {
        others.add(action);
    }

    /** Runs all actions; one that throws is logged and does not prevent the others. */
    void run() {
        starts.forEach(DeferredActions::attempt);
        others.forEach(DeferredActions::attempt);
    }

    /** Runs an action; logs what it throws. */
    static void attempt(Runnable action) {
        try {
            action.run();
        } catch (RuntimeException | Error bug) {
            LOG.error("deferred action of the dispatcher failed", bug);
        }
    }
}
