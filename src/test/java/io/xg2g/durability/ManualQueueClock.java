package io.xg2g.durability;

import io.xg2g.queue.QueueClock;
import io.xg2g.schedule.ManualTime;

/** Clock of a queue that a test sets. */
public record ManualQueueClock(ManualTime time) implements QueueClock {
    @Override
    public long nanoTime() {
        return time.nanoTime();
    }

    @Override
    public long currentTimeMillis() {
        return time.instant().toEpochMilli();
    }
}
