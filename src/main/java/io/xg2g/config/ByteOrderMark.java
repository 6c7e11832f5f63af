package io.xg2g.config;

/** The byte order mark (U+FEFF) that some editors write at the beginning of UTF-8 texts. It is not part of the text. */
public final class ByteOrderMark {
    /** The mark as text; {@code EF BB BF} in UTF-8. */
    public static final String TEXT = "\uFEFF";

    private ByteOrderMark() {}

    /** Returns the text without a leading mark. */
    public static String removedFrom(String text) {
        return text.startsWith(TEXT) ? text.substring(TEXT.length()) : text;
    }
}
