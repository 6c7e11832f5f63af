package io.xg2g.camera;

import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Status of a camera.
 *
 * @param camera its id
 * @param name its display name
 * @param reason why it gives no new frames, one sentence without credentials; {@code null} while it does
 * @param since when the state began
 */
public record CameraStatus(
        String camera, String name, State state, @Nullable String reason, Instant since) {

    /** States of a camera. */
    public enum State {
        /** No frame has been received since the camera was added. */
        STARTING,
        /** Frames are received. */
        LIVE,
        /** Frames are received, but all with the same content. */
        FROZEN,
        /** The source failed, or sends no frames; it is opened again and again. */
        LOST,
        /** The source refuses the user name or the password; it is not asked again, since cameras lock accounts. */
        UNAUTHORIZED,
        /** The camera was removed, or the program ends. */
        STOPPED;

        /** Returns the name in the API, in metrics and in logs. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
