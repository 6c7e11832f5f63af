package io.xg2g.channel;

import java.util.regex.Pattern;

/** Escaping of channel names in playlists (M3U, HLS), which prevents injection of lines and attributes. */
public final class PlaylistText {
    /**
     * Control characters (C0 and C1), the line ends of Unicode (UAX #14: BK, CR, LF, NL), and halves of surrogate pairs, which
     * have no UTF-8.
     */
    private static final Pattern LINE_ENDS = Pattern.compile("[\\p{Cc}\\p{Cs}\\u2028\\u2029]");

    private PlaylistText() {}

    /** Replaces line ends and control characters by spaces. */
    public static String line(String text) {
        return LINE_ENDS.matcher(text).replaceAll(" ");
    }

    /**
     * Returns the text as a quoted string. Quotation marks cannot be escaped (RFC 8216, section 4.2) and become
     * apostrophes.
     */
    public static String quoted(String text) {
        return '"' + line(text).replace('"', '\'') + '"';
    }
}
