package io.xg2g.queue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Records that are written with few calls and synced with one. Small records are collected in one array; large payloads are
 * written from their own. Filled under the log's append lock, written under its I/O lock.
 */
final class Batch {
    /** Payloads from this length on are not copied. */
    private static final int LARGE = 1 << 14;

    private static final int FIRST_CAPACITY = 1 << 12;

    /** Bytes from which on it is written before more is appended. */
    private static final int FULL = 1 << 20;

    private static final byte[] NONE = {};

    @SuppressWarnings("ArrayRecordComponent")
    private record Part(byte[] bytes, int from, int length) {}

    final Segment segment;

    /** Offset of its first record in the segment. */
    final long start;

    /** Items that become visible when the batch is durable, in their order. */
    final List<Added> added = new ArrayList<>();

    /** A new item. */
    @SuppressWarnings("ArrayRecordComponent")
    record Added(Entry entry, byte[] payload) {}

    /** Number of threads that wait, or are going to wait, for it. */
    int waiting;

    private final List<Part> parts = new ArrayList<>();
    private byte[] small;
    private int smallFrom;
    private int smallEnd;
    private long bytes;
    private long records;

    private final AtomicBoolean led = new AtomicBoolean();
    private final CountDownLatch done = new CountDownLatch(1);
    private volatile @Nullable QueueException failure;

    /**
     * Creates an empty batch.
     *
     * @param buffer for small records, whatever its length and content
     */
    Batch(Segment segment, long start, byte[] buffer) {
        this.segment = segment;
        this.start = start;
        small = buffer;
    }

    long bytes() {
        return bytes;
    }

    /** Returns whether it is to be written before more is appended. */
    boolean isFull() {
        return bytes >= FULL;
    }

    /**
     * Returns whether a record can be added.
     *
     * @param length of the record in bytes
     * @param segmentBytes maximum length of a segment; a single record may be longer
     */
    boolean hasRoom(long length, int segmentBytes) {
        boolean fits = segment.bytes + length <= segmentBytes || segment.bytes == SegmentHeader.BYTES;
        return !segment.sealed && fits && !isFull();
    }

    long records() {
        return records;
    }

    boolean isEmpty() {
        return bytes == 0;
    }

    /** Appends a record at the end. */
    void add(RecordHeader header, byte[] payload) {
        int length = RecordHeader.BYTES + (payload.length < LARGE ? payload.length : 0) + RecordHeader.ALIGNMENT;
        if (small.length - smallEnd < length) {
            small = Arrays.copyOf(small, Math.max(Math.max(small.length * 2, FIRST_CAPACITY), smallEnd + length));
        }
        header.write(small, smallEnd, segment.id, start + bytes);
        smallEnd += RecordHeader.BYTES;
        if (payload.length < LARGE) {
            System.arraycopy(payload, 0, small, smallEnd, payload.length);
            smallEnd += payload.length;
        } else {
            closeSmallPart();
            parts.add(new Part(payload, 0, payload.length));
        }
        long recordBytes = header.recordBytes();
        int padded = smallEnd + (int) (recordBytes - RecordHeader.BYTES - payload.length);
        Arrays.fill(small, smallEnd, padded, (byte) 0);
        smallEnd = padded;
        bytes += recordBytes;
        records++;
    }

    /** Ends the part of small records. Its bytes are taken from the array when the batch is written, since that may grow. */
    private void closeSmallPart() {
        if (smallEnd > smallFrom) {
            parts.add(new Part(NONE, smallFrom, smallEnd - smallFrom));
            smallFrom = smallEnd;
        }
    }

    /** Returns the buffer, after which no records can be added or written. */
    byte[] takeBuffer() {
        byte[] buffer = small;
        small = NONE;
        return buffer;
    }

    /** Writes all records to their place. May be repeated. */
    void writeTo(DiskFile file) throws IOException {
        closeSmallPart();
        long position = start;
        for (Part part : parts) {
            byte[] from = part.bytes() == NONE ? small : part.bytes();
            file.write(from, part.from(), part.length(), position);
            position += part.length();
        }
    }

    /** Returns whether the calling thread is the first one, which has to commit the batch. */
    boolean lead() {
        return led.compareAndSet(false, true);
    }

    boolean isDone() {
        return done.getCount() == 0;
    }

    /** Returns whether it was written, and synced where the durability says so. */
    boolean isWritten() {
        return isDone() && failure == null;
    }

    /** Ends it; {@code null} if it was written, and synced where the durability says so. */
    void end(@Nullable QueueException cause) {
        failure = cause;
        done.countDown();
    }

    /** Waits until it has ended; interrupts are kept for later. */
    void await() {
        boolean interrupted = false;
        while (true) {
            try {
                done.await();
                break;
            } catch (InterruptedException later) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        QueueException cause = failure;
        if (cause != null) {
            throw cause.again();
        }
    }
}
