package io.xg2g.dispatch;

import io.xg2g.ffmpeg.TranscodeUnit;
import io.xg2g.process.ProcessPriority;
import org.jspecify.annotations.Nullable;

/**
 * Request to transcode one unit.
 *
 * @param id unique among the requests that wait or run
 * @param client key of the client, for round-robin and shares of the queue
 * @param stream the client's name of the stream that the unit belongs to, or {@code null}; a stream of which a unit completed
 *     recently is {@linkplain Priority#ACTIVE active}
 * @param priority {@link Priority#NORMAL} or {@link Priority#PREVIEW}
 * @param listener notified of the start and the progress
 * @param due schedule of a unit of a live stream, or {@code null}
 * @param durable whether the request waits without a deadline, and is not raised to a higher level meanwhile: it comes from a
 *     queue on disk, to which it is returned if it is rejected, and so does not count in the metrics of waits and rejections
 * @param process priority of the unit's process, as decided by the gateway that sent the unit; {@code null} if this dispatcher
 *     decides
 */
public record TranscodeRequest(
        String id,
        String client,
        @Nullable String stream,
        Priority priority,
        TranscodeUnit unit,
        Listener listener,
        @Nullable DueTime due,
        boolean durable,
        @Nullable ProcessPriority process) {

    public TranscodeRequest {
        if (priority == Priority.ACTIVE) {
            throw new IllegalArgumentException(
                    "priority is ACTIVE, which only the dispatcher assigns; allowed is NORMAL or PREVIEW");
        }
    }

    /** Creates a request that waits at most as long as configured. */
    public TranscodeRequest(
            String id,
            String client,
            @Nullable String stream,
            Priority priority,
            TranscodeUnit unit,
            Listener listener,
            @Nullable DueTime due) {
        this(id, client, stream, priority, unit, listener, due, false, null);
    }

    /** Creates a request without a due time. */
    public TranscodeRequest(
            String id,
            String client,
            @Nullable String stream,
            Priority priority,
            TranscodeUnit unit,
            Listener listener) {
        this(id, client, stream, priority, unit, listener, null);
    }

    /**
     * Schedule of a unit of a live stream. Times as {@link System#nanoTime}.
     *
     * @param at time of publication; within a round the unit with the earliest one starts first
     * @param latestStart a request that has not started by then is rejected ({@link Rejection#TIMEOUT})
     * @param opening whether the unit is one of the first windows of a stream, which start in the same round
     */
    public record DueTime(long at, long latestStart, boolean opening) {}

    /** Listener for the progress of a request. Called by threads of the dispatcher, one call at a time; must not block. */
    public interface Listener {

        /** Ignores all events. */
        Listener NONE = new Listener() {};

        /**
         * Called when a run begins; again, if the device fails and the unit moves to another one.
         *
         * @param device id of the device
         */
        default void started(String device) {}

        /**
         * Called with the progress of the run.
         *
         * @param share completed share of the unit, 0 to 1
         */
        default void progressed(double share) {}
    }
}
