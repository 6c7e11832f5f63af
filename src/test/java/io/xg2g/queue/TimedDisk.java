package io.xg2g.queue;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * A disk that holds nothing, and takes its time: writing copies at one rate, a sync writes what is new at another one. So the share of
 * the time in which both go on together does not depend on what else the machine does.
 */
final class TimedDisk implements Disk {
    private static final double MIB = 1 << 20;

    private final Map<String, TimedFile> files = new TreeMap<>();
    private final double writeNanos;
    private final double syncNanos;
    private final double eachSyncNanos;

    /**
     * Creates an empty one.
     *
     * @param writeNanos for a MiB
     * @param syncNanos for a MiB that was written since the sync before
     * @param eachSyncNanos for each sync besides
     */
    TimedDisk(double writeNanos, double syncNanos, double eachSyncNanos) {
        this.writeNanos = writeNanos;
        this.syncNanos = syncNanos;
        this.eachSyncNanos = eachSyncNanos;
    }

    private static void pass(double nanos) {
        long end = System.nanoTime() + (long) nanos;
        for (long left = (long) nanos; left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    private final class TimedFile implements DiskFile {
        private final AtomicLong size = new AtomicLong();
        private final AtomicLong dirty = new AtomicLong();

        @Override
        public void write(byte[] bytes, int offset, int length, long position) {
            pass(length / MIB * writeNanos);
            size.accumulateAndGet(position + length, Math::max);
            dirty.addAndGet(length);
        }

        @Override
        public int read(byte[] bytes, int offset, int length, long position) {
            throw new UnsupportedOperationException("it holds nothing");
        }

        @Override
        public long size() {
            return size.get();
        }

        @Override
        public void truncate(long to) {
            size.set(to);
        }

        @Override
        public void sync() {
            pass(eachSyncNanos + dirty.getAndSet(0) / MIB * syncNanos);
        }

        @Override
        public void close() {}
    }

    @Override
    public synchronized List<String> list() {
        return List.copyOf(files.keySet());
    }

    @Override
    public synchronized DiskFile create(String name) {
        TimedFile file = new TimedFile();
        files.put(name, file);
        return file;
    }

    @Override
    public synchronized DiskFile open(String name) {
        return Objects.requireNonNull(files.get(name));
    }

    @Override
    public DiskFile edit(String name) {
        return open(name);
    }

    @Override
    public synchronized void delete(String name) {
        files.remove(name);
    }

    @Override
    public void syncDirectory() {
        pass(eachSyncNanos);
    }

    @Override
    public boolean isInPlace() {
        return true;
    }

    @Override
    public void restore() {}

    @Override
    public void runBeside(Runnable action) {
        Thread.ofVirtual().start(action);
    }

    @Override
    public long usableBytes() {
        return Long.MAX_VALUE / 2;
    }

    @Override
    public void close() {}
}
