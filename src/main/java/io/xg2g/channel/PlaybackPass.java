package io.xg2g.channel;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What lets a player in that has nothing but an address.
 *
 * @param token the value of the query parameter {@code token}; empty where players need none
 * @param expiresAt until when every player may open the address, or {@code null} where that has no end or is not allowed
 */
public record PlaybackPass(String token, @Nullable Instant expiresAt) {
    /** For players that need none. */
    public static final PlaybackPass NONE = new PlaybackPass("", null);

    /** The address with the token in its query. */
    public String on(String address) {
        return token.isEmpty() ? address : address + (address.indexOf('?') < 0 ? '?' : '&') + "token=" + token;
    }
}
