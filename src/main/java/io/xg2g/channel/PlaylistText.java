package io.xg2g.channel;

import java.util.regex.Pattern;

/** Names of channels as parts of a playlist (M3U, HLS): they end neither their line nor their quoted attribute. */
public final class PlaylistText {
    /** Control characters, of C1 too, and all that Unicode takes for the end of a line (UAX #14: BK, CR, LF, NL). */
    private static final Pattern LINE_ENDS = Pattern.compile("[\\p{Cc}\\u2028\\u2029]");

    private PlaylistText() {}

    /** The text in one line. */
    public static String line(String text) {
        return LINE_ENDS.matcher(text).replaceAll(" ");
    }

    /**
     * The text as the value of an attribute, in quotation marks. There is no way to write a quotation mark in one (RFC 8216,
     * section 4.2); it becomes an apostrophe.
     */
    public static String quoted(String text) {
        return '"' + line(text).replace('"', '\'') + '"';
    }
}
