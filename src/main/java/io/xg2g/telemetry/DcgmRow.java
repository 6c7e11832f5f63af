package io.xg2g.telemetry;

import java.time.Instant;

/** What is used of a row of a DCGM export. */
record DcgmRow(Instant time, String metric, String uuid, String model, String host, double value) {

    /** The point that it stands for, as if it had been measured at that time. */
    TelemetryPoint at(Instant when) {
        return new TelemetryPoint(uuid, model, host, metric, when, value, Origin.REPLAY);
    }
}
