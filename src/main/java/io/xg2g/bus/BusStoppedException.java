package io.xg2g.bus;

/** The bus takes no message: it has not been started, or it has been stopped or closed. The message reached nobody. */
public final class BusStoppedException extends IllegalStateException {
    BusStoppedException(String topic) {
        super("the bus is not running and takes no message: topic=" + topic);
    }
}
