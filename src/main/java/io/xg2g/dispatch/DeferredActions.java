package io.xg2g.dispatch;

import java.util.ArrayList;
import java.util.List;
import org.jboss.logging.Logger;

/**
 * What follows from one change of the dispatcher's state, done once its lock is free. Starts come before everything
 * else: no slot stays empty while a client takes its answer.
 */
final class DeferredActions {
    private static final Logger LOG = Logger.getLogger(DeferredActions.class);

    private final List<Runnable> starts = new ArrayList<>();
    private final List<Runnable> others = new ArrayList<>();

    void start(Runnable action) {
        starts.add(action);
    }

    void then(Runnable action) {
        others.add(action);
    }

    /** Does everything, also when a part of it fails: each part belongs to somebody else. */
    void run() {
        starts.forEach(DeferredActions::attempt);
        others.forEach(DeferredActions::attempt);
    }

    private static void attempt(Runnable action) {
        try {
            action.run();
        } catch (RuntimeException | Error bug) {
            LOG.error("what follows from a change failed", bug);
        }
    }
}
