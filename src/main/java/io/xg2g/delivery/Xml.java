package io.xg2g.delivery;

import java.util.ArrayDeque;
import java.util.Deque;

/** Writes XML (1.0): elements, attributes, nothing else. */
final class Xml {
    private final StringBuilder out = new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
    private final Deque<String> open = new ArrayDeque<>();
    private boolean inTag;

    /** Opens an element. */
    Xml open(String name) {
        closeTag();
        out.append('\n').append("  ".repeat(open.size())).append('<').append(name);
        open.push(name);
        inTag = true;
        return this;
    }

    /** An attribute of the element just opened. */
    Xml with(String name, Object value) {
        out.append(' ').append(name).append("=\"");
        value.toString().codePoints().forEach(this::character);
        out.append('"');
        return this;
    }

    /** An element with nothing but this text. */
    Xml element(String name, String text) {
        open(name);
        closeTag();
        text.codePoints().forEach(this::character);
        out.append("</").append(open.pop()).append('>');
        return this;
    }

    /** Closes the element opened last that is open. */
    Xml close() {
        String name = open.pop();
        if (inTag) {
            out.append("/>");
            inTag = false;
        } else {
            out.append('\n')
                    .append("  ".repeat(open.size()))
                    .append("</")
                    .append(name)
                    .append('>');
        }
        return this;
    }

    @Override
    public String toString() {
        return out + "\n";
    }

    private void closeTag() {
        out.append(inTag ? ">" : "");
        inTag = false;
    }

    private void character(int c) {
        switch (c) {
            case '&' -> out.append("&amp;");
            case '<' -> out.append("&lt;");
            case '"' -> out.append("&quot;");
            default -> out.appendCodePoint(isCharacter(c) && c >= ' ' ? c : ' ');
        }
    }

    /** XML 1.0, 2.2. */
    private static boolean isCharacter(int c) {
        return c <= 0xd7ff || (c >= 0xe000 && c <= 0xfffd) || c >= 0x10000;
    }
}
