package io.xg2g.camera;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * State of a camera.
 *
 * @param camera id
 * @param name display name
 * @param state what it does
 * @param reason why, for operators, without credentials; {@code null} if there is none
 * @param since beginning of the state
 */
public record CameraStatus(
        String camera, String name, State state, @Nullable String reason, Instant since) {

    /** What a camera does. */
    public enum State {
        /** It is being opened for the first time. */
        STARTING,
        /** Its frames arrive. */
        LIVE,
        /** Its frames arrive, but their content does not change. */
        FROZEN,
        /** No frames arrive; it is opened again. */
        LOST,
        /** It refuses the credentials; it is not opened again. */
        UNAUTHORIZED,
        /** It was removed, or the program ends. */
        STOPPED
    }
}
