package io.xg2g.queue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Copies the items of the oldest segment to the end of the log, so that its file can be deleted. Segments are deleted only from
 * the oldest on: an acknowledgement is in the segment of its item or a later one, and is needed as long as the item's record
 * exists.
 */
final class Compaction {
    private final ItemStore store;
    private final SegmentFiles files;
    private final SegmentLog log;

    Compaction(ItemStore store, SegmentFiles files, SegmentLog log) {
        this.store = store;
        this.files = files;
        this.log = log;
    }

    /** Rewrites the oldest segment if more than half of the log is not needed, or if there are many small files. */
    void runIfDue() throws IOException {
        List<Segment> complete = files.complete();
        if (!complete.isEmpty() && files.isWasteful(store.liveBytes())) {
            rewrite(complete.getFirst());
            log.trim();
        }
    }

    /** Rewrites all segments that there are. */
    void runForAll() throws IOException {
        for (Segment segment : files.complete()) {
            rewrite(segment);
        }
        log.trim();
    }

    private void rewrite(Segment segment) {
        List<ItemStore.Placed> copies = new ArrayList<>();
        for (Entry entry : store.entriesIn(segment)) {
            byte @Nullable [] payload = store.payload(entry, List.of());
            if (payload != null) {
                store.append(entry, payload, copies::add);
            }
        }
        log.flush(true);
        store.placed(copies);
    }
}
