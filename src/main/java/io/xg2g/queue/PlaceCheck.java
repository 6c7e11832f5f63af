package io.xg2g.queue;

import java.io.IOException;
import java.util.concurrent.TimeUnit;

/**
 * Finds out whether another program has deleted or replaced files of a queue, and continues in new ones with all items that are
 * in memory or in files that are still open. What is written meanwhile would be lost with the process. Thread-safe.
 */
final class PlaceCheck {
    private static final long INTERVAL = TimeUnit.SECONDS.toNanos(1);

    private final SegmentFiles files;
    private final Compaction compaction;
    private final QueueClock clock;
    private final QueueListener listener;

    /** Guarded by this. */
    private long checkedAt;

    /** Guarded by this. */
    private boolean displaced;

    PlaceCheck(SegmentFiles files, Compaction compaction, QueueOptions options) {
        this.files = files;
        this.compaction = compaction;
        clock = options.clock();
        listener = options.listener();
        checkedAt = clock.nanoTime();
    }

    /** Checks the files once a second. */
    synchronized void runIfDue() throws IOException {
        long now = clock.nanoTime();
        if (now - checkedAt < INTERVAL) {
            return;
        }
        checkedAt = now;
        if (!files.areInPlace()) {
            restore();
        } else if (displaced) {
            restored(0);
        }
    }

    private void restore() {
        try {
            restored(compaction.restore());
        } catch (IOException | QueueException impossible) {
            files.refuse(impossible);
            if (!displaced) {
                listener.displaced(impossible);
            }
            displaced = true;
        }
    }

    private void restored(int lost) {
        displaced = false;
        files.refuse(null);
        listener.restored(lost);
    }
}
