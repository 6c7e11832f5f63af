package io.xg2g.queue;

import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A file of a log. */
final class Segment {
    private static final String SUFFIX = ".log";

    final long id;
    final String name;

    /** Number of items whose latest record is in this segment. */
    final AtomicInteger live = new AtomicInteger();

    /** Bytes of the file so far, records that are not written yet included. Guarded by the log's append lock. */
    long bytes;

    /** Number of records. Guarded by the log's append lock. */
    long records;

    /** Whether its last record, SEAL, was appended. Guarded by the log's append lock. */
    boolean sealed;

    /** Whether the complete file is synced; where files are synced before they are complete, that is not noted. */
    volatile boolean synced;

    /** Bytes that are in the file. */
    volatile long written;

    /** The file while it is written to. Guarded by the log's I/O lock; synced with the lock of {@link LogSync} alone. */
    @Nullable
    DiskFile file;

    Segment(long id, String name, long bytes) {
        this.id = id;
        this.name = name;
        this.bytes = bytes;
        this.written = bytes;
    }

    /** Returns the file of the segment that is written to. Called with the log's I/O lock. */
    DiskFile open() {
        return Objects.requireNonNull(file);
    }

    static String name(long id) {
        return String.format(Locale.ROOT, "%020d", id) + SUFFIX;
    }

    static boolean isName(String name) {
        return name.matches("00\\d{18}\\" + SUFFIX);
    }

    /** Returns the id in the name of a file. */
    static long id(String name) {
        return Long.parseLong(name.substring(0, name.length() - SUFFIX.length()));
    }
}
