package io.xg2g.config;

/** The byte order mark (U+FEFF) that some editors write in front of UTF-8 texts. It is no part of the text. */
public final class ByteOrderMark {
    /** The mark as a text; {@code EF BB BF} in UTF-8. */
    public static final String TEXT = "\uFEFF";

    private ByteOrderMark() {}

    /** The text without the mark that it may begin with. */
    public static String removedFrom(String text) {
        return text.startsWith(TEXT) ? text.substring(TEXT.length()) : text;
    }
}
