package io.xg2g.queue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Retains what a queue reports. */
final class Reports implements QueueListener {
    final List<Damage> damage = Collections.synchronizedList(new ArrayList<>());
    final List<Exception> failures = Collections.synchronizedList(new ArrayList<>());

    /** Payloads in memory each time that the ratio was passed. */
    final List<Integer> pressure = Collections.synchronizedList(new ArrayList<>());

    /** Items lost each time that deleted files were created again. */
    final List<Integer> restored = Collections.synchronizedList(new ArrayList<>());

    final List<Exception> displaced = Collections.synchronizedList(new ArrayList<>());

    /** Sequences of items that the serializer could not read. */
    final List<Long> unreadable = Collections.synchronizedList(new ArrayList<>());

    private int syncs;

    synchronized int syncs() {
        return syncs;
    }

    @Override
    public synchronized void synced(long nanos) {
        syncs++;
    }

    @Override
    public void damaged(Damage found) {
        damage.add(found);
    }

    @Override
    public void unreadable(long sequence, RuntimeException failure) {
        unreadable.add(sequence);
    }

    @Override
    public void memoryPressure(int items, long bytes) {
        pressure.add(items);
    }

    @Override
    public void displaced(Exception reason) {
        displaced.add(reason);
    }

    @Override
    public void restored(int lost) {
        restored.add(lost);
    }

    @Override
    public void failed(Exception failure) {
        failures.add(failure);
    }
}
