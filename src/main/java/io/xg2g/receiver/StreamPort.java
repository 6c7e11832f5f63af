package io.xg2g.receiver;

import java.util.concurrent.atomic.AtomicLong;

/** One of a receiver's two ports that give streams, with what is known of it. */
record StreamPort(int number, Role role, PortBreaker breaker, AtomicLong failures) {

    /** What a port is there for. */
    enum Role {
        /** The receiver's own streams. */
        STREAM,
        /** Streams that a software CAM has descrambled. */
        RELAY
    }

    StreamPort(int number, Role role, PortBreaker breaker) {
        this(number, role, breaker, new AtomicLong());
    }
}
