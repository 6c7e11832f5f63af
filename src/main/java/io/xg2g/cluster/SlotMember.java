package io.xg2g.cluster;

import io.vertx.ext.web.Router;
import java.time.Duration;
import java.util.OptionalInt;

/** Part of a gateway or of a worker in the distribution of slots. */
interface SlotMember {
    /** Adds what it serves on the port for the other members. */
    void serve(Router router);

    /** Begins; once, before the first connection. */
    default void start() {}

    /** Uses a new connection; must not block. */
    void connected(BrokerSession session);

    /** Called each second, connected or not; must not block. */
    void tick();

    /** Returns the number of workers that announce themselves, if it knows. */
    default OptionalInt workers() {
        return OptionalInt.empty();
    }

    /** Takes no further units; what runs continues. */
    default void drain() {}

    /** Blocks until no unit of another member runs here, or the time is over. */
    default void awaitIdle(Duration timeout) throws InterruptedException {}
}
