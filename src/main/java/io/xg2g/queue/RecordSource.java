package io.xg2g.queue;

import org.jspecify.annotations.Nullable;

/** A record that is appended to a {@link SegmentLog}. Both methods are called with the append lock. */
interface RecordSource {
    /** Makes the header for a place; {@code null} if the record is not needed any more. */
    @Nullable
    RecordHeader header(Batch batch, long offset);

    /** Told where the record is. */
    default void appended(Batch batch, long offset) {}
}
