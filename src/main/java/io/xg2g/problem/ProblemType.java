package io.xg2g.problem;

/** Kinds of failures that clients can see. The code is stable, so that clients can evaluate it. */
public enum ProblemType {
    INVALID_REQUEST(400, "invalid-request", "Bad Request"),
    UNAUTHENTICATED(401, "unauthenticated", "Unauthenticated"),
    FORBIDDEN(403, "forbidden", "Forbidden"),
    SOURCE_NOT_ALLOWED(403, "source-not-allowed", "Source Not Allowed"),
    NOT_FOUND(404, "not-found", "Not Found"),
    METHOD_NOT_ALLOWED(405, "method-not-allowed", "Method Not Allowed"),
    NOT_ACCEPTABLE(406, "not-acceptable", "Not Acceptable"),
    BODY_TIMEOUT(408, "body-timeout", "Request Timeout"),
    CONFLICT(409, "conflict", "Conflict"),
    IDEMPOTENCY_KEY_IN_USE(409, "idempotency-key-in-use", "Idempotency Key in Use"),
    TOO_LARGE(413, "too-large", "Content Too Large"),
    UNSUPPORTED_TYPE(415, "unsupported-type", "Unsupported Media Type"),
    RANGE_NOT_SATISFIABLE(416, "range-not-satisfiable", "Range Not Satisfiable"),
    UNSUPPORTED_MEDIA(422, "unsupported-media", "Unsupported Media"),
    IDEMPOTENCY_KEY_REUSED(422, "idempotency-key-reused", "Idempotency Key Reused"),
    RATE_LIMITED(429, "rate-limited", "Too Many Requests"),
    INTERNAL_ERROR(500, "internal-error", "Internal Server Error"),
    TRANSCODE_FAILED(502, "transcode-failed", "Transcoding Failed"),
    RECEIVER_FAILED(502, "receiver-failed", "Source Failed"),
    GPU_QUEUE_FULL(503, "gpu-queue-full", "Queue Full"),
    GPU_QUEUE_TIMEOUT(503, "gpu-queue-timeout", "Queue Timeout"),
    UPLOAD_QUEUE_FULL(503, "upload-queue-full", "Upload Queue Full"),
    JOB_LIMIT_REACHED(503, "job-limit-reached", "Job Limit Reached"),
    DISPLACED(503, "displaced", "Displaced by Higher Priority"),
    SHUTTING_DOWN(503, "shutting-down", "Shutting Down"),
    NO_DEVICE(503, "no-device", "No Device Available"),
    TOO_MANY_STREAMS(503, "too-many-streams", "Too Many Channels"),
    STREAM_STARTING(503, "stream-starting", "Channel Starting"),
    IDENTITY_PROVIDER_UNAVAILABLE(503, "identity-provider-unavailable", "Identity Provider Unavailable"),
    CLUSTER_UNAVAILABLE(503, "cluster-unavailable", "Cluster Unavailable"),
    DISK_FULL(503, "disk-full", "Disk Full"),
    TRANSCODE_TIMEOUT(504, "transcode-timeout", "Transcoding Timeout");

    private final int status;
    private final String code;
    private final String title;

    ProblemType(int status, String code, String title) {
        this.status = status;
        this.code = code;
        this.title = title;
    }

    /** Returns the HTTP status. */
    public int status() {
        return status;
    }

    /** Returns the stable name. */
    public String code() {
        return code;
    }

    /** Returns the summary for people, the same for every occurrence. */
    public String title() {
        return title;
    }

    /** Returns a problem of this type. */
    public Problem with(String detail) {
        return new Problem(this, detail, null);
    }
}
