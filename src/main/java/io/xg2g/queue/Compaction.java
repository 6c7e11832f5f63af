package io.xg2g.queue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Copies the items of the oldest segment to the end of the log, so that its file can be deleted. Segments are deleted only from
 * the oldest on: an acknowledgement is in the segment of its item or a later one, and is needed as long as the item's record
 * exists. Thread-safe: one pass at a time.
 */
final class Compaction {
    /** A copy of an entry's record. */
    private record Copy(Entry entry, Batch batch, long offset, int stored) {}

    private final ItemStore store;
    private final SegmentFiles files;
    private final SegmentLog log;
    private final Compressor compressor;
    private final QueueListener listener;

    /** Held during a pass. Taken before the log's locks. */
    private final ReentrantLock running = new ReentrantLock();

    Compaction(ItemStore store, SegmentFiles files, SegmentLog log, Compressor compressor, QueueListener listener) {
        this.store = store;
        this.files = files;
        this.log = log;
        this.compressor = compressor;
        this.listener = listener;
    }

    /** Deletes the segments that are not needed, and rewrites the oldest one if {@link SegmentFiles#isWasteful}. */
    void runIfDue() throws IOException {
        running.lock();
        try {
            trim();
            List<Segment> complete = files.complete();
            if (!complete.isEmpty() && files.isWasteful(store.liveBytes())) {
                rewrite(complete.getFirst());
                trim();
            }
        } finally {
            running.unlock();
        }
    }

    /** Rewrites all segments that there are. */
    void runForAll() throws IOException {
        running.lock();
        try {
            log.beginNext(false);
            for (Segment segment : files.complete()) {
                rewrite(segment);
            }
            trim();
        } finally {
            running.unlock();
        }
    }

    /**
     * Continues in new files after another program has deleted some: rewrites the items of these and of older ones, which the
     * deleted ones may have acknowledgements of. Items that cannot be read are lost, and reported for each file.
     *
     * @return number of items that were lost
     */
    int restore() throws IOException {
        running.lock();
        try {
            files.restoreDirectory();
            log.beginNext(true);
            int all = 0;
            List<Segment> missing = files.missing();
            if (!missing.isEmpty()) {
                for (Segment segment : files.complete()) {
                    if (segment.id <= missing.getLast().id) {
                        int lost = rewriteReadable(segment);
                        files.closeRead(segment);
                        reportLost(segment, lost);
                        all += lost;
                    }
                }
            }
            trim();
            return all;
        } finally {
            files.restored();
            running.unlock();
        }
    }

    private void reportLost(Segment segment, int items) {
        if (items > 0) {
            store.locked(() -> store.counters().corrupt++);
            listener.damaged(new Damage(
                    segment.name, 0, segment.written, "a deleted file, with " + items + " items that were lost"));
        }
    }

    /**
     * Deletes the oldest segments that have no live items: first a record says that they are not needed any more, which is
     * synced with all acknowledgements before it, then the files go.
     */
    private void trim() throws IOException {
        List<Segment> unused = files.complete().stream()
                .takeWhile(segment -> segment.live.get() == 0)
                .toList();
        if (unused.isEmpty()) {
            return;
        }
        Batch trim = log.append(RecordHeader.TRIM, unused.getLast().id + 1, false);
        log.settle();
        // Otherwise it was taken back.
        if (trim.isWritten()) {
            for (Segment segment : unused) {
                files.delete(segment);
            }
        }
    }

    private void rewrite(Segment segment) {
        List<Copy> copies = new ArrayList<>();
        for (Entry entry : store.entriesIn(segment)) {
            byte @Nullable [] payload = store.payload(entry, List.of());
            if (payload == null) {
                store.lose(entry);
            } else {
                copy(entry, payload, segment, copies);
            }
        }
        place(copies);
    }

    /** Rewrites the items that can be read, and returns how many could not. */
    private int rewriteReadable(Segment segment) {
        List<Copy> copies = new ArrayList<>();
        List<Entry> unreadable = new ArrayList<>();
        for (Entry entry : store.entriesIn(segment)) {
            byte @Nullable [] payload = readable(entry);
            if (payload == null) {
                unreadable.add(entry);
            } else {
                copy(entry, payload, segment, copies);
            }
        }
        place(copies);
        return (int) unreadable.stream().filter(store::lose).count();
    }

    /** Returns a payload; {@code null} if it cannot be read. */
    private byte @Nullable [] readable(Entry entry) {
        try {
            return store.payload(entry, List.of());
        } catch (QueueException.Failed unreadable) {
            log.checkNotFailed();
            return null;
        }
    }

    /** Makes copies durable; then they are what the entries refer to. */
    private void place(List<Copy> copies) {
        log.flush(true);
        store.update(() -> {
            copies.stream()
                    .filter(copy -> copy.batch().isWritten() && copy.entry().state != Entry.State.ENDED)
                    .forEach(copy -> store.place(copy.entry(), copy.batch().segment, copy.offset(), copy.stored()));
        });
    }

    /** Appends a copy of an entry's record; nothing if it ends, or is not in the segment any more. */
    private void copy(Entry entry, byte[] payload, Segment from, List<Copy> copies) {
        byte[] stored = compressor.compress(payload);
        int crc = RecordHeader.crc(stored, 0, stored.length);
        log.append(stored, false, new RecordSource() {
            @Override
            public @Nullable RecordHeader header(Batch batch, long offset) {
                return store.locked(
                        () -> entry.isEnding() || entry.segment != from ? null : RecordHeader.of(entry, stored, crc));
            }

            @Override
            public void appended(Batch batch, long offset) {
                copies.add(new Copy(entry, batch, offset, stored.length));
            }
        });
    }
}
