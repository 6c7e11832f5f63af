package io.xg2g.receiver;

/** Reasons for which a port returned no stream. The code is metric label and log value. */
public enum DetectionError {
    // In ascending order of specificity: the later one of two errors is reported.

    /** The circuit breaker of the port is open; the port was not probed. */
    CIRCUIT_OPEN("circuit_open"),
    /** The maximum number of streams is open ({@code max-streams}); the port was not probed. */
    BUSY("busy"),
    /** The connection failed, or was closed without a response. */
    REFUSED("refused"),
    /** No response, or no stream after the response headers, within the timeout. */
    TIMEOUT("timeout"),
    /** A status other than 200. */
    HTTP_STATUS("http_status"),
    /** A response that is not MPEG-TS, or too short. */
    INVALID_TS("invalid_ts"),
    /** The receiver rejects the credentials. */
    UNAUTHORIZED("unauthorized"),
    /** Scrambled MPEG-TS. */
    SCRAMBLED("scrambled");

    private final String code;

    DetectionError(String code) {
        this.code = code;
    }

    /** Returns the stable name. */
    public String code() {
        return code;
    }

    /** Returns whether the port was probed. */
    boolean probed() {
        return this != CIRCUIT_OPEN && this != BUSY;
    }
}
