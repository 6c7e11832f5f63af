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
 */
public record TranscodeRequest(
        String id, String client, @Nullable String stream, Priority priority, TranscodeUnit unit, Listener listener) {

    public TranscodeRequest {
        if (priority == Priority.ACTIVE) {
            throw new IllegalArgumentException("priority ACTIVE is given by the dispatcher; ask for NORMAL or PREVIEW");
        }
    }

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
