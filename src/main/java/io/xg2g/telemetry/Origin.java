package io.xg2g.telemetry;

import java.util.Locale;

/** Origin of a point. */
enum Origin {
    /** Measured by this process on a device of this machine. */
    LIVE,
    /** Read from a recording. */
    REPLAY;

    /** Returns the origin's name in the API. */
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
