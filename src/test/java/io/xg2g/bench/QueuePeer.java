package io.xg2g.bench;

import java.io.IOException;

/** A queue or log whose cost is measured. Items are read by one thread; not all peers can be read. */
interface QueuePeer extends AutoCloseable {

    /** Adds an item; it may be lost. */
    void add(byte[] payload) throws Exception;

    /** Adds an item, and returns after it was synced to disk. Called by several threads. */
    default void addSynced(byte[] payload) throws Exception {
        throw new UnsupportedOperationException();
    }

    /** Takes items and ends them, one after the other. */
    default void poll(int items) throws Exception {
        throw new UnsupportedOperationException();
    }

    /** Takes items and ends them, as many as possible with one call. */
    default void pollBatch(int items) throws Exception {
        poll(items);
    }

    /** Writes what is buffered, and frees what is not needed any more. Not measured. */
    default void settle() throws Exception {}

    /** Syncs what was added. */
    default void sync() throws Exception {
        throw new UnsupportedOperationException();
    }

    @Override
    void close() throws IOException;
}
