package io.xg2g.dispatch;

/** Why a request was turned away without having run. */
public enum Rejection {
    /** The queue is full, or the client holds its share of it, and nothing less urgent could make room. */
    FULL("full"),
    /** It waited as long as a request may wait. */
    TIMEOUT("timeout"),
    /** A more urgent request, or a client with less than its share, took its place. */
    DISPLACED("displaced"),
    /** The service is ending. */
    SHUTDOWN("shutdown"),
    /** No device is able to encode at present. */
    NO_DEVICE("no-device");

    private final String code;

    Rejection(String code) {
        this.code = code;
    }

    /** Stable name: the metric label {@code reason} and the log key. */
    public String code() {
        return code;
    }
}
