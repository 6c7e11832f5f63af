package io.xg2g.source;

import java.nio.charset.StandardCharsets;

/**
 * Looks for a redirect in what an RTSP server sends before it plays: ffmpeg would follow it by itself. A redirect has the
 * header {@code Location} (RFC 2326, 12.25). ffmpeg leaves out every CR, and skips interleaved data where a line
 * begins, which nobody sends before {@code PLAY} and which could hide a line from this reader; so that counts as well.
 */
final class RedirectWatch {
    private static final byte[] LOCATION = "location:".getBytes(StandardCharsets.US_ASCII);

    /** How much of the header's name the line begins with; -1 where it does not. */
    private int matched;

    /** Whether the bytes, which follow those of the call before, redirect. */
    boolean sees(byte[] bytes, int length) {
        for (int i = 0; i < length; i++) {
            byte b = bytes[i];
            if (b == '\n') {
                matched = 0;
            } else if (b == '$' && matched == 0) {
                return true;
            } else if (b != '\r' && matched >= 0) {
                matched = lower(b) == LOCATION[matched] ? matched + 1 : -1;
                if (matched == LOCATION.length) {
                    return true;
                }
            }
        }
        return false;
    }

    private static int lower(byte b) {
        return b >= 'A' && b <= 'Z' ? b + 'a' - 'A' : b;
    }
}
