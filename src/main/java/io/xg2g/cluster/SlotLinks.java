package io.xg2g.cluster;

import io.xg2g.dispatch.Priority;
import io.xg2g.dispatch.SlotDemand;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The links from the queue of free slots, one for each level, with as much credit as requests wait at that level. Thread-safe; nothing
 * blocks.
 */
final class SlotLinks implements SlotDemand {
    /** Links of one connection. */
    private static final class Links {
        private final List<LinkCredit> levels = new ArrayList<>();
        private final AtomicBoolean scheduled = new AtomicBoolean();
        private final Context context;

        private Links(Context context) {
            this.context = context;
        }
    }

    /** Runs actions on the context of a connection. */
    interface Context {
        /** Runs one, soon. */
        void run(Runnable action);
    }

    private volatile List<Integer> waiting = List.of(0, 0, 0);
    private volatile @Nullable Links current;

    /** Opens the link of a level. */
    interface Opener {
        /**
         * Opens it.
         *
         * @param handled to be called on the context after each offer was {@linkplain LinkCredit#received recorded} and handed to the
         *     dispatcher: one that was given back has used credit, and the requests still wait
         */
        LinkCredit open(int level, Runnable handled);
    }

    /** Uses the links of a new connection; on its context. */
    void connected(Context context, Opener opener) {
        Links links = new Links(context);
        for (Priority level : Priority.values()) {
            links.levels.add(opener.open(level.level(), () -> apply(links)));
        }
        current = links;
        apply(links);
    }

    @Override
    public void changed(List<Integer> numbers) {
        waiting = numbers;
        Links links = current;
        if (links != null && links.scheduled.compareAndSet(false, true)) {
            links.context.run(() -> apply(links));
        }
    }

    private void apply(Links links) {
        links.scheduled.set(false);
        List<Integer> numbers = waiting;
        for (int level = 0; level < links.levels.size(); level++) {
            links.levels.get(level).want(numbers.get(level));
        }
    }
}
