package io.xg2g.source;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A playlist (RFC 8216) whose every address is replaced: those of lines, and those of the attribute {@code URI}. Comments go. */
final class HlsPlaylist {
    static final String HEAD = "#EXTM3U";

    /** Bytes; more is no playlist of a live stream. */
    static final int LARGEST = 1 << 20;

    /** Addresses, attributes' included: a day in pieces of six seconds. */
    static final int MOST_REFERENCES = 16_384;

    /** Characters with other addresses. */
    private static final int LARGEST_REPLACED = 4 << 20;

    /** All that ffmpeg takes for the end of a line. */
    private static final Pattern LINE_END = Pattern.compile("[\\r\\n\\x00]+");

    /** ffmpeg needs nothing between an attribute and the quotation mark that ends the one before. */
    private static final Pattern ATTRIBUTE = Pattern.compile("(?<![A-Z0-9-])URI=(?:\"([^\"]*)\"|([^\",\\s]*))");

    /** Gives an address another one. */
    interface Replacement {
        URI of(URI reference) throws SourceNotAllowed;
    }

    private final URI address;
    private final Replacement replacement;
    private final StringBuilder replaced = new StringBuilder();
    private int references;

    private HlsPlaylist(URI address, Replacement replacement) {
        this.address = address;
        this.replacement = replacement;
    }

    /**
     * The playlist with other addresses.
     *
     * @param address where it was found, which its relative addresses begin with
     * @throws SourceNotAllowed if it names what is no URL, or too much
     */
    static String with(String playlist, URI address, Replacement replacement) throws SourceNotAllowed {
        HlsPlaylist other = new HlsPlaylist(address, replacement);
        Iterator<String> lines = LINE_END.splitAsStream(playlist).iterator();
        while (lines.hasNext()) {
            other.line(lines.next());
        }
        return other.replaced.toString();
    }

    private void line(String line) throws SourceNotAllowed {
        if (line.startsWith("#EXT")) {
            tag(line);
            replaced.append('\n');
        } else if (!line.startsWith("#") && !line.isBlank()) {
            reference(line);
            replaced.append('\n');
        }
    }

    private void tag(String line) throws SourceNotAllowed {
        Matcher attribute = ATTRIBUTE.matcher(line);
        int end = 0;
        while (attribute.find()) {
            replaced.append(line, end, attribute.start()).append("URI=\"");
            reference(attribute.group(1) == null ? attribute.group(2) : attribute.group(1));
            replaced.append('"');
            end = attribute.end();
        }
        replaced.append(line, end, line.length());
    }

    private void reference(String reference) throws SourceNotAllowed {
        try {
            URI resolved = address.resolve(ascii(reference.strip()).replaceFirst("#.*", ""));
            replaced.append(replacement.of(resolved));
        } catch (IllegalArgumentException malformed) {
            throw new SourceNotAllowed("the playlist names something that is no URL");
        }
        references++;
        if (references > MOST_REFERENCES || replaced.length() > LARGEST_REPLACED) {
            throw new SourceNotAllowed(
                    "the playlist names more than " + MOST_REFERENCES + " addresses, or longer ones");
        }
    }

    /** Characters that some playlists have in paths and no URL has, percent-encoded; nothing that ends a host. */
    private static String ascii(String reference) {
        StringBuilder text = new StringBuilder();
        for (byte b : reference.getBytes(StandardCharsets.UTF_8)) {
            if (b <= ' ' || "\"<>^`{|}".indexOf(b) >= 0) {
                text.append(String.format(Locale.ROOT, "%%%02X", b & 0xFF));
            } else {
                text.append((char) b);
            }
        }
        return text.toString();
    }
}
