package io.xg2g.queue;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The segment files of a log: they are begun, read and deleted here. Thread-safe. */
final class SegmentFiles implements AutoCloseable {
    /** Segments that are never too many. */
    private static final int FEW_SEGMENTS = 4;

    /** Space that is left for acknowledgements when the file system is nearly full. */
    private static final long RESERVE = DiskErrors.NEARLY_FULL;

    /** Bytes after which the space of the file system is looked up again. */
    private static final long SPACE_CHECK = 1 << 16;

    private final QueueOptions queue;
    private final QueueOptions.Storage options;
    private final Disk disk;
    private final long logId;
    private final SegmentReader reader;

    /** Tells the next sequence, for the header of a new segment. */
    private final LongSupplier nextSequence;

    /** Oldest first. Guarded by this. */
    private final Deque<Segment> segments;

    /** Guarded by this. */
    private long nextSegment;

    private final AtomicLong bytes = new AtomicLong();

    /** Size of the files when the space was looked up. */
    private volatile long checkedAt = -SPACE_CHECK;

    /** Why items are refused: files were deleted, and could not be created again; {@code null} while all are in place. */
    private volatile @Nullable Exception displaced;

    SegmentFiles(
            QueueOptions queue,
            QueueOptions.Storage options,
            Disk disk,
            LogRecovery recovered,
            LongSupplier nextSequence) {
        this.queue = queue;
        this.options = options;
        this.disk = disk;
        this.nextSequence = nextSequence;
        logId = recovered.logId();
        segments = new ArrayDeque<>(recovered.segments());
        nextSegment = recovered.nextSegment();
        bytes.set(segments.stream().mapToLong(segment -> segment.bytes).sum());
        reader = new SegmentReader(disk);
    }

    /**
     * Creates the next segment.
     *
     * @throws QueueException if it cannot be created; nothing of it is left then
     */
    synchronized Segment begin() {
        long id = nextSegment;
        String fileName = Segment.name(id);
        @Nullable DiskFile file = null;
        try {
            file = disk.create(fileName);
            nextSegment++;
            long first = segments.isEmpty() ? id : segments.getFirst().id;
            byte[] header = new SegmentHeader(
                            logId,
                            id,
                            first,
                            nextSequence.getAsLong(),
                            queue.clock().currentTimeMillis())
                    .bytes();
            file.write(header, 0, header.length, 0);
            if (options.durability() != Durability.NONE) {
                file.sync();
                disk.syncDirectory();
            }
            Segment segment = new Segment(id, fileName, SegmentHeader.BYTES);
            segment.file = file;
            segments.addLast(segment);
            bytes.addAndGet(segment.bytes);
            return segment;
        } catch (IOException impossible) {
            try {
                if (file != null) {
                    file.close();
                    disk.delete(fileName);
                    nextSegment = id;
                }
            } catch (IOException left) {
                impossible.addSuppressed(left);
            }
            throw failure("begin file " + fileName + " of", impossible);
        }
    }

    /** Returns the exception for a file that could not be written. */
    QueueException failure(String verb, IOException cause) {
        return DiskErrors.ofWrite(queue.name(), verb, cause, disk.usableBytes());
    }

    /** Bytes were appended to a segment, or taken back. */
    void grown(long by) {
        bytes.addAndGet(by);
    }

    long bytes() {
        return bytes.get();
    }

    /**
     * Throws if an item of a length would exceed the bound of the queue, or the space of the file system, or if files were
     * deleted.
     */
    void checkSpace(long length) {
        Exception reason = displaced;
        if (reason != null) {
            throw new QueueException.Failed(
                    "queue " + queue.name()
                            + ": its files were deleted by another program, and cannot be created again: " + reason,
                    reason);
        }
        long after = bytes.get() + length;
        if (after > options.bytes()) {
            throw new QueueException.Full(
                    "queue " + queue.name() + ": its files have " + bytes + " bytes, and may have " + options.bytes());
        }
        if (Math.abs(after - checkedAt) >= SPACE_CHECK) {
            long usable = disk.usableBytes();
            if (usable < length + RESERVE) {
                throw new QueueException.Full(
                        "queue " + queue.name() + ": the file system has " + usable + " bytes left, and " + RESERVE
                                + " are reserved for acknowledgements",
                        null,
                        true);
            }
            checkedAt = after;
        }
    }

    /** Reads bytes of a segment that are written; fewer only at the end of the file. */
    int read(Segment segment, long offset, byte[] to, int length) throws IOException {
        return reader.read(segment, offset, to, length);
    }

    /** Deletes a segment that is not needed, which a record in the log says. */
    void delete(Segment segment) throws IOException {
        synchronized (this) {
            segments.remove(segment);
            bytes.addAndGet(-segment.bytes);
        }
        try {
            disk.delete(segment.name);
        } finally {
            reader.forget(segment);
        }
    }

    /** Refuses items for a reason; {@code null} accepts them again. */
    void refuse(@Nullable Exception reason) {
        displaced = reason;
    }

    /** Returns whether no other program has deleted or replaced the directory, or deleted a file in it. */
    boolean areInPlace() throws IOException {
        return disk.isInPlace() && missing().isEmpty();
    }

    /** Returns the segments whose files are not in the directory. */
    List<Segment> missing() throws IOException {
        List<Segment> before = all();
        Set<String> found = disk.isInPlace() ? Set.copyOf(disk.list()) : Set.of();
        // Those that were begun or deleted meanwhile do not count.
        List<Segment> after = all();
        return before.stream()
                .filter(segment -> !found.contains(segment.name) && after.contains(segment))
                .toList();
    }

    private synchronized List<Segment> all() {
        return List.copyOf(segments);
    }

    /** Creates the directory again where it was deleted or replaced. Open files stay open until {@link #restored}. */
    void restoreDirectory() throws IOException {
        disk.restore();
        reader.keep(true);
    }

    /** Ends what {@link #restoreDirectory} began. */
    void restored() {
        reader.keep(false);
    }

    /** Closes a segment that is read no more for now. */
    void closeRead(Segment segment) throws IOException {
        reader.forget(segment);
    }

    /**
     * Syncs the latest segment, unless it was complete when the log was opened.
     *
     * @param all whether the complete segments that are not synced, and the directory, are synced, too
     */
    void sync(boolean all) throws IOException {
        if (all) {
            syncComplete();
        }
        DiskFile file = latest().file;
        if (file != null) {
            file.sync();
        }
    }

    private void syncComplete() throws IOException {
        for (Segment segment : complete()) {
            if (!segment.synced) {
                sync(segment);
            }
        }
        disk.syncDirectory();
    }

    private void sync(Segment segment) throws IOException {
        try (DiskFile file = disk.open(segment.name)) {
            file.sync();
            segment.synced = true;
        } catch (IOException failure) {
            // Meanwhile it may have been deleted, since it is not needed, or by another program, which is found by the
            // next check.
            if (all().contains(segment) && !missing().contains(segment)) {
                throw failure;
            }
        }
    }

    /** Runs an action that waits for the disk beside the calling thread. */
    void runBeside(Runnable action) {
        disk.runBeside(action);
    }

    /** Returns all segments but the latest, oldest first. */
    synchronized List<Segment> complete() {
        return segments.stream()
                .filter(segment -> segment != segments.getLast())
                .toList();
    }

    /** Returns the latest segment. */
    synchronized Segment latest() {
        return segments.getLast();
    }

    /**
     * Returns whether more than half of the log is not needed, or more than a segment while the bound in bytes is near, or there
     * are many small segments.
     */
    synchronized boolean isWasteful(long liveBytes) {
        long size = bytes.get();
        long unneeded = size - liveBytes;
        long few = FEW_SEGMENTS + 2 * size / options.segmentBytes();
        boolean isNearlyFull = size > options.bytes() - options.segmentBytes();
        return unneeded > Math.max(liveBytes, 2L * options.segmentBytes())
                || (isNearlyFull && unneeded > options.segmentBytes())
                || segments.size() > few;
    }

    /** Leaves the file of a segment that is complete and, where that matters, synced, to those that read it. */
    void completed(Segment segment) {
        DiskFile file = segment.open();
        segment.file = null;
        synchronized (this) {
            if (segments.contains(segment)) {
                reader.adopt(segment, file);
                return;
            }
        }
        // It was deleted meanwhile, since it is not needed.
        SegmentReader.closeQuietly(file);
    }

    @Override
    public synchronized void close() throws IOException {
        for (Segment segment : segments) {
            if (segment.file != null) {
                SegmentReader.closeQuietly(segment.file);
                segment.file = null;
            }
        }
        try (disk) {
            reader.close();
        }
    }
}
