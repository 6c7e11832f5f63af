package io.xg2g.queue;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The segment files of a log: they are begun, read and deleted here. Thread-safe. */
final class SegmentFiles implements AutoCloseable {
    /** Segments that are never too many. */
    private static final int FEW_SEGMENTS = 4;

    /** Space that is left for acknowledgements when the file system is nearly full. */
    private static final long RESERVE = 1 << 18;

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
            throw DiskErrors.of(queue.name(), "begin file " + fileName + " of", impossible);
        }
    }

    /** Bytes were appended to a segment, or taken back. */
    void grown(long by) {
        bytes.addAndGet(by);
    }

    long bytes() {
        return bytes.get();
    }

    /** Throws if an item of a length would exceed the bound of the queue, or the space of the file system. */
    void checkSpace(long length) {
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

    /** Closes the file of a segment that is complete and, where that matters, synced. */
    static void closeQuietly(Segment segment) {
        try {
            if (segment.file != null) {
                segment.file.close();
                segment.file = null;
            }
        } catch (IOException everythingIsWritten) {
            // A loss would have been reported by the sync.
        }
    }

    @Override
    public synchronized void close() throws IOException {
        segments.forEach(SegmentFiles::closeQuietly);
        try (disk) {
            reader.close();
        }
    }
}
