package io.xg2g.queue;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The files of a queue: an append-only log in segments, write-ahead log and disk tier in one.
 *
 * <p>Records are collected in a {@link Batch} and written by one positional write. With {@link Durability#SYNC}, the first
 * thread that waits for a batch writes and syncs it for all; see {@link GroupCommit}. A failed write is taken back there (the
 * file is cut off at the end of the batch before), and kept for a repetition with the other durabilities. A failed sync ends
 * the log: the operating system may have dropped the data, and a repeated sync would not say so. With {@link Durability#ASYNC},
 * threads that write do not wait for syncs, except for those of complete segments; see {@link LogSync}.
 *
 * <p>Thread-safe. Locks are taken in this order: {@link #ioLock} (held over writes), that of {@link LogSync} (held over syncs),
 * {@link #appendLock}, the queue's lock.
 */
final class SegmentLog implements AutoCloseable {
    private static final byte[] NO_PAYLOAD = {};

    private final LogHealth health;
    private final Durability durability;
    private final int segmentBytes;
    private final SegmentFiles files;
    private final LogSync syncs;
    private final LogOwner owner;
    private final GroupCommit commit = new GroupCommit();

    private final ReentrantLock ioLock = new ReentrantLock();
    private final ReentrantLock appendLock = new ReentrantLock();

    /** Filled next. Guarded by the append lock. */
    private @Nullable Batch current;

    /** Buffer of a batch that was written, for the next one. Guarded by the append lock. */
    private byte[] spare = NO_PAYLOAD;

    /** Complete batches that are written next, oldest first. Guarded by the I/O lock. */
    private final Deque<Batch> pending = new ArrayDeque<>();

    /** Continues a log. */
    SegmentLog(QueueOptions queue, Durability durability, int segmentBytes, SegmentFiles files, LogOwner owner) {
        health = new LogHealth(queue.name());
        this.durability = durability;
        this.segmentBytes = segmentBytes;
        this.files = files;
        this.owner = owner;
        syncs = new LogSync(files, durability, segmentBytes, health, queue.listener());
    }

    /**
     * Appends a record.
     *
     * @param payload as stored
     * @param isItem whether it is refused when the bound in bytes, or the file system, is full
     * @return its batch; {@code null} if the source did not need it any more
     */
    @Nullable
    Batch append(byte[] payload, boolean isItem, RecordSource source) {
        Batch batch = lockWithRoom(RecordHeader.recordBytes(payload.length), isItem);
        try {
            long offset = batch.segment.bytes;
            RecordHeader header = source.header(batch, offset);
            if (header == null) {
                return null;
            }
            addTo(batch, header, payload);
            source.appended(batch, offset);
            return batch;
        } finally {
            appendLock.unlock();
        }
    }

    /** Appends a record that has only a type and a sequence; {@code waits} if the calling thread is going to wait for the batch. */
    Batch append(byte type, long sequence, boolean waits) {
        Batch batch = lockWithRoom(RecordHeader.BYTES, false);
        try {
            addTo(batch, RecordHeader.of(type, sequence), NO_PAYLOAD);
            if (waits) {
                willWait(batch);
            }
            return batch;
        } finally {
            appendLock.unlock();
        }
    }

    /** Returns the batch to which a record is appended, and holds the append lock then. */
    private Batch lockWithRoom(long length, boolean isItem) {
        while (true) {
            boolean found = false;
            appendLock.lock();
            try {
                health.checkUsable();
                if (isItem) {
                    health.checkWritten(health.unwritten());
                    files.checkSpace(length);
                }
                Batch batch = current;
                if (batch != null && batch.hasRoom(length, segmentBytes)) {
                    found = true;
                    return batch;
                }
            } finally {
                if (!found) {
                    appendLock.unlock();
                }
            }
            makeRoom(length);
        }
    }

    private void addTo(Batch batch, RecordHeader header, byte[] payload) {
        batch.add(header, payload);
        batch.segment.bytes += header.recordBytes();
        batch.segment.records++;
        files.grown(header.recordBytes());
    }

    /** Throws if a sync has failed, or a write that could not be taken back. */
    void checkNotFailed() {
        health.checkNotFailed();
    }

    /** Writes the batch, or begins the next segment, where a record does not fit. */
    private void makeRoom(long length) {
        ioLock.lock();
        try {
            appendLock.lock();
            try {
                health.checkUsable();
                Batch batch = current;
                if (batch == null || (!batch.hasRoom(length, segmentBytes) && !batch.isFull())) {
                    roll();
                    return;
                }
            } finally {
                appendLock.unlock();
            }
            health.checkWritten(writeOut(false));
        } finally {
            ioLock.unlock();
        }
    }

    /** Seals the segment and begins the next one. The file before is complete and synced first. */
    private void roll() {
        Batch last = current;
        if (last != null) {
            if (!last.segment.sealed) {
                addTo(last, RecordHeader.of(RecordHeader.SEAL, last.segment.records), NO_PAYLOAD);
                last.segment.sealed = true;
            }
            health.checkWritten(writeOut(durability != Durability.NONE));
        }
        Segment next = files.begin();
        if (last != null) {
            files.completed(last.segment);
        }
        current = next(next, next.bytes);
    }

    /** Returns an empty batch. Called with the append lock. */
    private Batch next(Segment segment, long start) {
        Batch batch = new Batch(segment, start, spare);
        spare = NO_PAYLOAD;
        return batch;
    }

    /** Waits until a batch is synced, with {@link Durability#SYNC}; the first thread that waits writes and syncs for all. */
    void await(Batch batch) {
        if (batch.lead()) {
            ioLock.lock();
            try {
                commit.gather(appendLock, batch);
                if (!batch.isDone()) {
                    writeOut(true);
                }
            } finally {
                ioLock.unlock();
            }
        }
        batch.await();
    }

    /** Notes that a thread is going to wait for a batch. Called with the append lock. */
    void willWait(Batch batch) {
        commit.joined(batch);
    }

    /** Writes what was appended, and syncs it if asked to. */
    void flush(boolean sync) {
        boolean beside = durability == Durability.ASYNC;
        @Nullable QueueException unwritten;
        ioLock.lock();
        try {
            health.checkNotFailed();
            unwritten = writeOut(sync && !beside);
        } finally {
            ioLock.unlock();
        }
        if (sync && beside) {
            syncBeside();
        }
        health.checkWritten(unwritten);
    }

    /** Writes what was appended, and makes it as durable as the queue is. */
    void settle() {
        flush(durability != Durability.NONE);
    }

    /** Syncs what was written while other threads may write. */
    private void syncBeside() {
        try {
            syncs.sync();
        } catch (QueueException.Failed cause) {
            fail(cause);
        }
    }

    /**
     * Writes all batches. Called with the I/O lock.
     *
     * @param sync whether they are synced; with {@link Durability#SYNC} they always are, since threads may wait for them
     * @return why not all were written; {@code null} if they were
     */
    private @Nullable QueueException writeOut(boolean sync) {
        List<Batch> written = new ArrayList<>();
        @Nullable QueueException cause = null;
        try {
            writePending(written);
            takeCurrent();
            writePending(written);
            health.written();
        } catch (IOException failure) {
            cause = files.failure("write", failure);
            health.notWritten(cause);
            if (durability == Durability.SYNC) {
                takeBack(cause);
            }
        }
        if (sync || durability == Durability.SYNC) {
            try {
                commit.synced(syncs.sync());
            } catch (QueueException.Failed failed) {
                fail(failed);
                written.forEach(batch -> batch.end(failed));
                return cause;
            }
        }
        end(written);
        syncs.beginWhereDue(this::syncBeside);
        return cause;
    }

    private void end(List<Batch> written) {
        if (written.isEmpty()) {
            return;
        }
        appendLock.lock();
        try {
            commit.ends(written, current);
            written.forEach(batch -> spare = batch.takeBuffer());
        } finally {
            appendLock.unlock();
        }
        for (Batch batch : written) {
            owner.durable(batch);
            batch.end(null);
        }
    }

    private void writePending(List<Batch> written) throws IOException {
        for (Batch batch = pending.peekFirst(); batch != null; batch = pending.peekFirst()) {
            batch.writeTo(batch.segment.open());
            batch.segment.written = batch.start + batch.bytes();
            syncs.written(batch.bytes());
            written.add(batch);
            pending.removeFirst();
        }
    }

    private void takeCurrent() {
        appendLock.lock();
        try {
            Batch batch = current;
            if (batch != null && batch.isEmpty()) {
                // Nothing was done since the latest write: the memory is not needed.
                batch.takeBuffer();
                spare = NO_PAYLOAD;
            } else if (batch != null) {
                pending.addLast(batch);
                current = next(batch.segment, batch.segment.bytes);
            }
        } finally {
            appendLock.unlock();
        }
    }

    /** Removes all batches that are not written, so that nothing of them precedes later records. */
    private void takeBack(QueueException failure) {
        appendLock.lock();
        try {
            Batch first = pending.getFirst();
            Segment segment = first.segment;
            pending.addLast(Objects.requireNonNull(current));
            files.grown(first.start - segment.bytes);
            segment.bytes = first.start;
            segment.sealed = false;
            try {
                segment.open().truncate(first.start);
                health.written();
            } catch (IOException impossible) {
                failure.addSuppressed(impossible);
                fail(health.notTakenBack(segment.name, failure));
            }
            for (Batch batch : pending) {
                segment.records -= batch.records();
                batch.end(failure);
            }
            pending.clear();
            current = next(segment, first.start);
        } finally {
            appendLock.unlock();
        }
    }

    private void fail(QueueException.Failed cause) {
        ioLock.lock();
        appendLock.lock();
        try {
            health.fail(cause);
            Optional.ofNullable(current).ifPresent(pending::addLast);
            current = null;
            pending.forEach(waiting -> waiting.end(cause));
            pending.clear();
            owner.failed();
        } finally {
            appendLock.unlock();
            ioLock.unlock();
        }
    }

    /** Reads bytes of a segment; writes them first where they are still collected. */
    int read(Segment segment, long offset, byte[] to, int length) throws IOException {
        if (segment.written < offset + RecordHeader.BYTES) {
            flush(false);
        }
        return files.read(segment, offset, to, length);
    }

    /** Begins the next segment; only if there are records in this one, unless {@code always}. */
    void beginNext(boolean always) {
        ioLock.lock();
        appendLock.lock();
        try {
            health.checkUsable();
            Batch batch = current;
            if (always || (batch == null ? files.bytes() > 0 : batch.segment.bytes > SegmentHeader.BYTES)) {
                roll();
            }
        } finally {
            appendLock.unlock();
            ioLock.unlock();
        }
    }

    long bytes() {
        return files.bytes();
    }

    /** Writes and syncs what was appended, and closes the files. Whatever fails, they are closed. */
    @Override
    public void close() throws IOException {
        try {
            // With SYNC, all callers know of a failure; otherwise what they did may not be durable.
            if (!health.isFailed() || durability != Durability.SYNC) {
                settle();
            }
        } finally {
            appendLock.lock();
            try {
                health.close();
            } finally {
                appendLock.unlock();
            }
            syncs.close();
            files.close();
        }
    }
}
