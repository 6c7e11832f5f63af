package io.xg2g.output;

import io.xg2g.connection.ConnectionException;
import io.xg2g.connection.Session;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Connection to a message broker. Thread-safe. */
interface BrokerSession extends Session {

    /**
     * Publishes in the order of the calls; does not block.
     *
     * @param result completed when the broker has accepted the message, or will not accept it. If it is complete before the message is
     *     sent, the message is not sent
     * @throws ConnectionException if it cannot be sent
     */
    void publish(Publication publication, CompletableFuture<@Nullable Void> result) throws ConnectionException;
}
