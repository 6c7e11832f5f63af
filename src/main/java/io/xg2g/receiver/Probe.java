package io.xg2g.receiver;

/** Asks a stream port for a service. */
interface Probe {

    /** Opens one connection, and has closed it when it returns. Blocks no longer than the port's time-out. */
    PortAnswer ask(int port, ServiceReference service) throws InterruptedException;
}
