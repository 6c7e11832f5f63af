package io.xg2g.source;

import java.net.URI;
import java.util.Iterator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * HLS playlist (RFC 8216) in which every URL is replaced: those of lines, and those of {@code URI} attributes. Comments
 * are removed.
 */
final class HlsPlaylist {
    static final String HEAD = "#EXTM3U";

    /** Maximum size in bytes; no playlist of a live stream is larger. */
    static final int MAX_BYTES = 1 << 20;

    /** Maximum number of URLs, including those of attributes: one day of segments of six seconds. */
    static final int MAX_REFERENCES = 16_384;

    /** Maximum number of characters after the replacement. */
    private static final int MAX_REPLACED = 4 << 20;

    /** All line ends of ffmpeg. */
    static final Pattern LINE_END = Pattern.compile("[\\r\\n\\x00]+");

    /** ffmpeg requires no separator between an attribute and the quotation mark before it. */
    private static final Pattern ATTRIBUTE = Pattern.compile("(?<![A-Z0-9-])URI=(?:\"([^\"]*)\"|([^\",\\s]*))");

    private static final Pattern END = Pattern.compile("(?m)^#EXT-X-ENDLIST\\b");

    /** Maps a URL to its replacement. */
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
     * Returns a playlist with replaced URLs.
     *
     * @param address URL of the playlist, the base of its relative URLs
     * @throws SourceNotAllowed if it contains a malformed URL, too many of them, or a URL that may not be fetched
     */
    static String with(String playlist, URI address, Replacement replacement) throws SourceNotAllowed {
        HlsPlaylist other = new HlsPlaylist(address, replacement);
        Iterator<String> lines = LINE_END.splitAsStream(playlist).iterator();
        while (lines.hasNext()) {
            other.line(lines.next());
        }
        return other.replaced.toString();
    }

    /** Returns whether a playlist is complete: no segments will be added to it. */
    static boolean hasEnd(String playlist) {
        return END.matcher(playlist).find();
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
            replaced.append(replacement.of(LooseUrl.resolved(address, reference)));
        } catch (IllegalArgumentException malformed) {
            throw new SourceNotAllowed("the playlist contains a malformed URL");
        }
        references++;
        if (references > MAX_REFERENCES || replaced.length() > MAX_REPLACED) {
            throw new SourceNotAllowed("the playlist contains more than " + MAX_REFERENCES + " URLs, or longer ones");
        }
    }
}
