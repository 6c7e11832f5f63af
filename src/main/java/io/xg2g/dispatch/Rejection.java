package io.xg2g.dispatch;

/** Reasons for which a request does not run. */
public enum Rejection {
    /** The queue is full, or the client has used its share, and no request of a lower level could be displaced. */
    FULL("full"),
    /** The request reached its maximum wait. */
    TIMEOUT("timeout"),
    /** A request of a higher level, or of a client below its share, took its place. */
    DISPLACED("displaced"),
    /** The service is shutting down. */
    SHUTDOWN("shutdown"),
    /** No device can encode. */
    NO_DEVICE("no-device");

    private final String code;

    Rejection(String code) {
        this.code = code;
    }

    /** Returns the stable name: metric label {@code reason} and log value. */
    public String code() {
        return code;
    }
}
