package io.xg2g.source;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A playlist (RFC 8216) whose every address is replaced: those of lines, and those of the attribute {@code URI}. Comments go. */
final class HlsPlaylist {
    static final String HEAD = "#EXTM3U";

    /** More is no playlist of a live stream. */
    static final int LARGEST = 8 << 20;

    /** All that ffmpeg takes for the end of a line. */
    private static final Pattern LINE_END = Pattern.compile("[\\r\\n\\x00]+");

    private static final Pattern ATTRIBUTE = Pattern.compile("(?<=[:,\\s])URI=(?:\"([^\"]*)\"|([^\",\\s]*))");

    /** Gives an address another one. */
    interface Replacement {
        URI of(URI reference) throws SourceNotAllowed;
    }

    private HlsPlaylist() {}

    /**
     * The playlist with other addresses.
     *
     * @param address where it was found, which its relative addresses begin with
     */
    static String with(String playlist, URI address, Replacement replacement) throws SourceNotAllowed {
        List<String> lines = new ArrayList<>();
        for (String line : LINE_END.split(playlist, -1)) {
            if (line.startsWith("#EXT")) {
                lines.add(tag(line, address, replacement));
            } else if (!line.startsWith("#") && !line.isBlank()) {
                lines.add(other(line, address, replacement));
            }
        }
        return String.join("\n", lines) + "\n";
    }

    private static String tag(String line, URI address, Replacement replacement) throws SourceNotAllowed {
        Matcher attribute = ATTRIBUTE.matcher(line);
        StringBuilder tag = new StringBuilder();
        while (attribute.find()) {
            String reference = attribute.group(1) == null ? attribute.group(2) : attribute.group(1);
            String other = other(reference, address, replacement);
            attribute.appendReplacement(tag, "URI=\"" + Matcher.quoteReplacement(other) + "\"");
        }
        return attribute.appendTail(tag).toString();
    }

    private static String other(String reference, URI address, Replacement replacement) throws SourceNotAllowed {
        try {
            URI resolved = address.resolve(ascii(reference.strip()).replaceFirst("#.*", ""));
            return replacement.of(resolved).toString();
        } catch (IllegalArgumentException malformed) {
            throw new SourceNotAllowed("the playlist names something that is no URL");
        }
    }

    /** Characters that some playlists have in paths and no URL has, percent-encoded; nothing that ends a host. */
    private static String ascii(String reference) {
        StringBuilder text = new StringBuilder();
        for (byte b : reference.getBytes(StandardCharsets.UTF_8)) {
            if (b <= ' ' || "\"<>^`{|}".indexOf(b) >= 0) {
                text.append(String.format("%%%02X", b & 0xFF));
            } else {
                text.append((char) b);
            }
        }
        return text.toString();
    }
}
