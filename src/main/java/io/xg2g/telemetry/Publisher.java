package io.xg2g.telemetry;

/** Where a replay sends its points. */
@FunctionalInterface
interface Publisher {

    /**
     * Sends a point, and waits as long as there is no room for it.
     *
     * @throws IllegalStateException if nothing is taken any more
     */
    void publish(TelemetryPoint point) throws InterruptedException;
}
