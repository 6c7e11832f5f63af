package io.xg2g.receiver;

/** Result of probing a stream port for a service. */
sealed interface ProbeResult {

    /** The port returned a stream that can be decoded. */
    record Proven() implements ProbeResult {}

    /** The port returned none. */
    record Failed(DetectionError error, Cause cause, boolean retryable, String detail) implements ProbeResult {}

    /** Cause of a failure. */
    enum Cause {
        /** The port, independent of the service. */
        PORT,
        /** Unclear: the port, if it fails for a second service too. */
        UNCLEAR,
        /** The service; the port works. */
        SERVICE
    }
}
