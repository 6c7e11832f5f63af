package io.xg2g.queue;

import java.io.IOException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads segments; the files used last stay open. Thread-safe: one read at a time. */
final class SegmentReader implements AutoCloseable {
    private static final int OPEN_FILES = 8;

    private final Disk disk;

    /** Guarded by this; the one used last at the end. */
    private final Map<Segment, DiskFile> open = new LinkedHashMap<>(OPEN_FILES, 0.75f, true);

    /** Guarded by this. */
    private boolean closed;

    /** Whether open files stay open, since they may not be there any more. Guarded by this. */
    private boolean keeping;

    SegmentReader(Disk disk) {
        this.disk = disk;
    }

    /** Reads bytes at an offset; fewer only at the end of the file. Returns their number. */
    synchronized int read(Segment segment, long offset, byte[] to, int length) throws IOException {
        @Nullable DiskFile file = open.get(segment);
        if (closed) {
            throw new IOException("its files are closed");
        }
        if (file == null) {
            file = disk.open(segment.name);
            retain(segment, file);
        }
        return file.read(to, 0, length, offset);
    }

    /** Takes over a file that is read soon, or closes it. */
    synchronized void adopt(Segment segment, DiskFile file) {
        boolean tooMany = keeping && open.size() > OPEN_FILES;
        if (closed || tooMany || open.containsKey(segment)) {
            closeQuietly(file);
        } else {
            retain(segment, file);
        }
    }

    private void retain(Segment segment, DiskFile file) {
        if (open.size() >= OPEN_FILES && !keeping) {
            Iterator<DiskFile> oldest = open.values().iterator();
            closeQuietly(oldest.next());
            oldest.remove();
        }
        open.put(segment, file);
    }

    /** Begins or ends a time in which no file is closed unless it is {@linkplain #forget not needed}. */
    synchronized void keep(boolean files) {
        keeping = files;
    }

    /** Closes a file of which nothing can be lost. */
    static void closeQuietly(DiskFile file) {
        try {
            file.close();
        } catch (IOException everythingIsWritten) {
            // A loss would have been reported by the sync.
        }
    }

    /** Closes a segment's file. */
    synchronized void forget(Segment segment) throws IOException {
        @Nullable DiskFile file = open.remove(segment);
        if (file != null) {
            file.close();
        }
    }

    @Override
    public synchronized void close() throws IOException {
        closed = true;
        for (DiskFile file : open.values()) {
            file.close();
        }
        open.clear();
    }
}
