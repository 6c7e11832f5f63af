package io.xg2g.transcode;

/** Job that a request has become. */
sealed interface AcceptedJob {

    /** A job of this program. */
    record Here(TranscodeJob job) implements AcceptedJob {}

    /** A job of another gateway, which had accepted the same request before. */
    record Elsewhere(JobView job) implements AcceptedJob {}
}
