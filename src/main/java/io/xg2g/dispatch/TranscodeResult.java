package io.xg2g.dispatch;

import io.xg2g.ffmpeg.Failure;
import io.xg2g.ffmpeg.Rendition;
import java.time.Duration;
import java.util.List;

/** Result of a request. */
public sealed interface TranscodeResult {

    /**
     * All renditions were produced.
     *
     * @param renditions verified files, in the order of the profile
     * @param encoder ffmpeg name of the encoder
     * @param device id of the device
     * @param waited time from submission to the start
     * @param ran time from the start to the end of the run
     */
    record Completed(List<Rendition> renditions, String encoder, String device, Duration waited, Duration ran)
            implements TranscodeResult {}

    /**
     * The request did not run, or its run was stopped by the shutdown of the service.
     *
     * @param waited time from submission to the result, or to the start if the request was started
     * @param retryAfter expected time until a retry succeeds, from the drain rate of the queue
     */
    record Rejected(Rejection reason, Duration waited, Duration retryAfter) implements TranscodeResult {}

    /** The unit failed on every device that could run it. Its files were deleted. */
    record Failed(Failure failure) implements TranscodeResult {}

    /** The client cancelled the request. Its process, if any, has ended. */
    record Cancelled() implements TranscodeResult {}
}
