package io.xg2g.telemetry;

/** Destination of a replay's points. */
@FunctionalInterface
interface Publisher {

    /**
     * Publishes a point; blocks while there is no room for it.
     *
     * @throws IllegalStateException if the destination is stopped
     */
    void publish(TelemetryPoint point) throws InterruptedException;
}
