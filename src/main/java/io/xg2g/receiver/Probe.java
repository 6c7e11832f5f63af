package io.xg2g.receiver;

/** Probe of a stream port; {@link StreamProbe} except in tests. */
interface Probe {

    /** Requests the stream of a service on one connection, which is closed on return. Blocks at most for the timeout of the port. */
    ProbeResult probe(int port, ServiceReference service) throws InterruptedException;
}
