package io.xg2g.connection;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** One connection to a server, from its establishment to its end. Thread-safe. */
public interface Session {

    /** Completes when the connection has ended, with the reason. Never completes exceptionally. */
    CompletableFuture<ConnectionException> ended();

    /** Returns why the other side accepts nothing at present although it is connected. */
    Optional<String> blocked();

    /** Returns the monotonic time of the latest answer. */
    long answeredAt();

    /** Ends the connection at once, without waiting for the other side; has no effect if it has ended. Does not block. */
    void abort(ConnectionException why);

    /** Ends the connection in order; blocks for a second at most. */
    void close();
}
