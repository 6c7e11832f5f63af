package io.xg2g.dispatch;

import io.xg2g.ffmpeg.Failure;
import io.xg2g.ffmpeg.Rendition;
import java.time.Duration;
import java.util.List;

/** Result of a request. */
public sealed interface TranscodeResult {

    /** Returns the time from submission to the start, or to the result if the request did not start. */
    Duration waited();

    /**
     * All renditions were produced.
     *
     * @param renditions verified files, in the order of the profile
     * @param encoder ffmpeg name of the encoder
     * @param device id of the device
     * @param ran time from the start to the end of the run
     */
    record Completed(List<Rendition> renditions, String encoder, String device, Duration waited, Duration ran)
            implements TranscodeResult {}

    /**
     * The request did not run, or its run was stopped by the shutdown of the service.
     *
     * @param retryAfter expected time until a retry succeeds, from the drain rate of the queue
     */
    record Rejected(Rejection reason, Duration waited, Duration retryAfter) implements TranscodeResult {}

    /** The unit failed on every device that could run it. Its files were deleted. */
    record Failed(Failure failure, Duration waited, Duration ran) implements TranscodeResult {}

    /** The client cancelled the request. Its process, if any, has ended. */
    record Cancelled(Duration waited) implements TranscodeResult {}
}
