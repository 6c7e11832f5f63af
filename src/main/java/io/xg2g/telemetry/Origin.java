package io.xg2g.telemetry;

import java.util.Locale;

/** Where a point comes from. */
enum Origin {
    /** Measured by this program on a device of this machine. */
    LIVE,
    /** Read from a recording. */
    REPLAY;

    /** The name in the API. */
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
