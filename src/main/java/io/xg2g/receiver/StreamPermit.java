package io.xg2g.receiver;

/** Permit for one open stream of a receiver; to be closed after the connection. */
public interface StreamPermit extends AutoCloseable {
    @Override
    void close();
}
