package io.xg2g.receiver;

/** One running stream of a receiver. Closing it, once the connection has been closed, gives its place back. */
public interface StreamPermit extends AutoCloseable {
    @Override
    void close();
}
