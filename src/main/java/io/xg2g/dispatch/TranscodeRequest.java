package io.xg2g.dispatch;

import io.xg2g.ffmpeg.TranscodeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One unit of work on its way to a device.
 *
 * @param id unique among the requests that wait or run
 * @param client who asks; clients of one level take turns
 * @param stream the client's name for the stream that the unit belongs to, or {@code null} for a unit on its own;
 *     a stream of which a unit completed lately is {@linkplain Priority#ACTIVE active}
 * @param priority {@link Priority#NORMAL} or {@link Priority#PREVIEW}
 * @param unit the work
 * @param listener told how the request gets on
 * @param due when it is wanted; {@code null} for a unit without a schedule, which may wait as long as any
 */
public record TranscodeRequest(
        String id,
        String client,
        @Nullable String stream,
        Priority priority,
        TranscodeUnit unit,
        Listener listener,
        @Nullable DueTime due) {

    public TranscodeRequest {
        if (priority == Priority.ACTIVE) {
            throw new IllegalArgumentException("priority ACTIVE is given by the dispatcher; ask for NORMAL or PREVIEW");
        }
    }

    /** A request without a due time. */
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
     * When a unit of a live stream is wanted. Times are those of {@link System#nanoTime}.
     *
     * @param at when its result is to be published; of several units whose turn it is, the earliest starts first
     * @param latestStart when a start would be too late: the request is then turned away ({@link Rejection#TIMEOUT})
     * @param opening whether it is one of the windows that a stream begins with, which start in one turn
     */
    public record DueTime(long at, long latestStart, boolean opening) {}

    /** Told how a request gets on. Calls come from the dispatcher's threads, one at a time; they must not block. */
    public interface Listener {

        /** Hears nothing. */
        Listener NONE = new Listener() {};

        /**
         * A slot was found and the run begins. Comes again when a failing device makes the unit move to another one.
         *
         * @param device the device's id
         */
        default void started(String device) {}

        /**
         * The run got on.
         *
         * @param share what is done of the unit, 0 to 1
         */
        default void progressed(double share) {}
    }
}
