package io.xg2g.channel;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Token of a URL for a player that sends no headers.
 *
 * @param token value of the query parameter {@code token}; empty if none is needed
 * @param expiresAt time until which every client may open the URL, or {@code null} if there is no such time
 */
public record PlaybackPass(String token, @Nullable Instant expiresAt) {
    /** Pass without a token. */
    public static final PlaybackPass NONE = new PlaybackPass("", null);

    /** Returns the URL with the token in its query. */
    public String on(String url) {
        return token.isEmpty() ? url : url + (url.indexOf('?') < 0 ? '?' : '&') + "token=" + token;
    }
}
