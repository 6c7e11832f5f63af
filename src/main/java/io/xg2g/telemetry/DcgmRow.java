package io.xg2g.telemetry;

import java.time.Instant;

/** Row of a DCGM export, without the columns that are not used. */
record DcgmRow(Instant time, String metric, String uuid, String model, String host, double value) {

    /** Returns the row as a point of a given time. */
    TelemetryPoint at(Instant when) {
        return new TelemetryPoint(uuid, model, host, metric, when, value, Origin.REPLAY);
    }
}
