package io.xg2g.receiver;

/** What a stream port answered when it was asked for a service. */
sealed interface PortAnswer {

    /** It gave a stream that can be decoded. */
    record Proven() implements PortAnswer {}

    /** It gave none. */
    record Failed(DetectionError error, Blame blame, boolean retryable, String detail) implements PortAnswer {}

    /** Whose fault a failure is. */
    enum Blame {
        /** The port's, whatever the service. */
        PORT,
        /** Not clear: the port's if it gives no stream for another service either. */
        UNCLEAR,
        /** The service's: the port does what it is there for. */
        SERVICE
    }
}
