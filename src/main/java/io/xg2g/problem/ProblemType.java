package io.xg2g.problem;

/** The kinds of failures that clients can see. The code is stable; clients may decide by it. */
public enum ProblemType {
    INVALID_REQUEST(400, "invalid-request", "The request is not valid"),
    UNAUTHENTICATED(401, "unauthenticated", "The request names nobody who is known"),
    FORBIDDEN(403, "forbidden", "The role is too small"),
    SOURCE_NOT_ALLOWED(403, "source-not-allowed", "The source may not be fetched"),
    NOT_FOUND(404, "not-found", "There is no such thing"),
    METHOD_NOT_ALLOWED(405, "method-not-allowed", "The path does not take this method"),
    NOT_ACCEPTABLE(406, "not-acceptable", "The result cannot be had in this form"),
    BODY_TIMEOUT(408, "body-timeout", "The body stopped arriving"),
    CONFLICT(409, "conflict", "The request does not fit to what is there"),
    TOO_LARGE(413, "too-large", "The body is too large"),
    UNSUPPORTED_TYPE(415, "unsupported-type", "The body has the wrong type"),
    RANGE_NOT_SATISFIABLE(416, "range-not-satisfiable", "The range lies outside the file"),
    UNSUPPORTED_MEDIA(422, "unsupported-media", "The media cannot be transcoded"),
    RATE_LIMITED(429, "rate-limited", "Too many requests"),
    INTERNAL_ERROR(500, "internal-error", "The service made a mistake"),
    TRANSCODE_FAILED(502, "transcode-failed", "The encoder failed"),
    RECEIVER_FAILED(502, "receiver-failed", "The source cannot be had"),
    GPU_QUEUE_FULL(503, "gpu-queue-full", "The queue is full"),
    GPU_QUEUE_TIMEOUT(503, "gpu-queue-timeout", "No slot came free in time"),
    DISPLACED(503, "displaced", "More urgent work took the place in the queue"),
    SHUTTING_DOWN(503, "shutting-down", "The service is ending"),
    NO_DEVICE(503, "no-device", "No device can encode at present"),
    TOO_MANY_STREAMS(503, "too-many-streams", "Too many channels run"),
    STREAM_STARTING(503, "stream-starting", "The channel is starting"),
    IDENTITY_PROVIDER_UNAVAILABLE(503, "identity-provider-unavailable", "The identity provider cannot be used"),
    DISK_FULL(503, "disk-full", "The disk is full or cannot be written"),
    TRANSCODE_TIMEOUT(504, "transcode-timeout", "The run took too long");

    private final int status;
    private final String code;
    private final String title;

    ProblemType(int status, String code, String title) {
        this.status = status;
        this.code = code;
        this.title = title;
    }

    /** The HTTP status that goes with it. */
    public int status() {
        return status;
    }

    /** The stable name. */
    public String code() {
        return code;
    }

    /** What is the same in every occurrence, for a person. */
    public String title() {
        return title;
    }

    /** A problem of this type. */
    public Problem with(String detail) {
        return new Problem(this, detail, null);
    }
}
