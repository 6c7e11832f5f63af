package io.xg2g.dispatch;

import io.xg2g.ffmpeg.Failure;
import io.xg2g.ffmpeg.Rendition;
import java.time.Duration;
import java.util.List;

/** The one answer that every request gets. */
public sealed interface TranscodeResult {

    /** How long the request waited for a slot, from its submission. */
    Duration waited();

    /**
     * All renditions are there.
     *
     * @param renditions checked files, in the profile's order
     * @param encoder ffmpeg's name of the encoder
     * @param device id of the device that did it
     * @param ran how long the run took, without the waiting
     */
    record Completed(List<Rendition> renditions, String encoder, String device, Duration waited, Duration ran)
            implements TranscodeResult {}

    /**
     * It never ran, or its run was ended by the service's own shutdown.
     *
     * @param retryAfter when asking again is likely to succeed, computed from how fast the queue drains
     */
    record Rejected(Rejection reason, Duration waited, Duration retryAfter) implements TranscodeResult {}

    /** It ran and failed on every device that could have done it. No file is left of it. */
    record Failed(Failure failure, Duration waited, Duration ran) implements TranscodeResult {}

    /** Its client did not want it any longer. Its process, if there was one, has ended. */
    record Cancelled(Duration waited) implements TranscodeResult {}
}
