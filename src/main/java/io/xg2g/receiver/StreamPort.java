package io.xg2g.receiver;

import java.util.concurrent.atomic.AtomicLong;

/** Stream port of a receiver, with its circuit breaker and failure count. */
record StreamPort(int number, Role role, PortBreaker breaker, AtomicLong failures) {

    /** Role of a port. */
    enum Role {
        /** Streams as received. */
        STREAM,
        /** Streams descrambled by a softcam. */
        RELAY
    }

    StreamPort(int number, Role role, PortBreaker breaker) {
        this(number, role, breaker, new AtomicLong());
    }
}
