package io.xg2g.queue;

import java.io.Closeable;
import java.io.IOException;

/** An open file. Reads may run beside each other and beside writes of other places; writes are made by one thread at a time. */
interface DiskFile extends Closeable {
    /** Writes all bytes at a position; the file grows as needed. A failed write may have written some of them. */
    void write(byte[] bytes, int offset, int length, long position) throws IOException;

    /** Reads bytes at a position; fewer only at the end of the file. Returns their number, 0 at or behind the end. */
    int read(byte[] bytes, int offset, int length, long position) throws IOException;

    long size() throws IOException;

    /** Shortens the file. */
    void truncate(long size) throws IOException;

    /** Makes content and size durable. Once failed, written data may be lost even if a later call succeeds. */
    void sync() throws IOException;

    @Override
    void close() throws IOException;
}
