package io.xg2g.bus;

/** Thrown by a bus that has not been started, or was stopped or closed. The message was not published. */
public final class BusStoppedException extends IllegalStateException {
    BusStoppedException(String topic) {
        super("the bus is not running: topic=" + topic);
    }
}
