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

    /** Held during a pass. Taken before the log's locks. */
    private final ReentrantLock running = new ReentrantLock();

    Compaction(ItemStore store, SegmentFiles files, SegmentLog log, Compressor compressor) {
        this.store = store;
        this.files = files;
        this.log = log;
        this.compressor = compressor;
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
            log.beginNext();
            for (Segment segment : files.complete()) {
                rewrite(segment);
            }
            trim();
        } finally {
            running.unlock();
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
        if (!unused.isEmpty() && log.trimTo(unused.getLast().id + 1)) {
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
        log.append(stored, false, new SegmentLog.Source() {
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
