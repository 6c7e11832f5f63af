package io.xg2g.receiver;

/** Why a service's stream was not found at a port. The code is metric label and log key. */
public enum DetectionError {
    // In the order of how much they tell: of the errors of two ports, the later one is the answer.

    /** The port's breaker is open: it was not asked. */
    CIRCUIT_OPEN("circuit_open"),
    /** As many streams of the receiver run as it can give ({@code max-streams}): it was not asked. */
    BUSY("busy"),
    /** There was no connection, or it was closed without an answer. */
    REFUSED("refused"),
    /** No answer, or no stream after the answer, in time. */
    TIMEOUT("timeout"),
    /** An answer other than 200. */
    HTTP_STATUS("http_status"),
    /** A 200 with something else than MPEG-TS, or with too little of it. */
    INVALID_TS("invalid_ts"),
    /** The receiver wants other credentials. */
    UNAUTHORIZED("unauthorized"),
    /** MPEG-TS that nobody has descrambled. */
    SCRAMBLED("scrambled");

    private final String code;

    DetectionError(String code) {
        this.code = code;
    }

    /** Stable name. */
    public String code() {
        return code;
    }

    /** Whether the port has been connected to. */
    boolean asked() {
        return this != CIRCUIT_OPEN && this != BUSY;
    }
}
