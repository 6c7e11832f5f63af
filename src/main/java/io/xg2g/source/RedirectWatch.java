package io.xg2g.source;

import java.nio.charset.StandardCharsets;

/**
 * Detects redirects in the responses of an RTSP server before {@code PLAY}, because ffmpeg would follow them itself. A
 * redirect has the header {@code Location} (RFC 2326, section 12.25). ffmpeg ignores every CR, and skips interleaved
 * data at the beginning of a line, which no server sends before {@code PLAY} and which could hide a header line; it is
 * therefore treated as a redirect too.
 */
final class RedirectWatch {
    private static final byte[] LOCATION = "location:".getBytes(StandardCharsets.US_ASCII);

    /** Number of matched characters of the header name at the beginning of the line; -1 if it differs. */
    private int matched;

    /** Returns whether the bytes, which follow those of the previous call, contain a redirect. */
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
