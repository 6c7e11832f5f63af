package io.xg2g.ingest;

import io.xg2g.source.LooseUrl;
import java.net.URI;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Playlist that names the addresses of streams, as web radios offer it: PLS, or M3U without the tags of HLS. Its first address is
 * played.
 */
final class StationList {
    /** Maximum size that is read, in bytes. */
    static final int MAX_SIZE = 16 * 1024;

    private static final Pattern PLS_ENTRY = Pattern.compile("(?mi)^\\s*File\\d+\\s*=\\s*(\\S.*?)\\s*$");
    private static final Pattern M3U_ENTRY = Pattern.compile("(?m)^\\s*([^\\s#].*?)\\s*$");

    private StationList() {}

    /** Returns whether a text, without byte order mark and leading space, begins like a list. */
    static boolean isList(String text) {
        return isPls(text)
                || text.startsWith("#EXTM3U")
                || text.regionMatches(true, 0, "http://", 0, 7)
                || text.regionMatches(true, 0, "https://", 0, 8);
    }

    /** Returns whether a list is a playlist of HLS (RFC 8216, section 4.3): one that has a tag other than {@code EXTINF}. */
    static boolean isHls(String text) {
        return text.startsWith("#EXTM3U") && text.contains("#EXT-X-");
    }

    /**
     * Returns the first address of a list.
     *
     * @param list URL of the list, to which relative addresses refer
     */
    static Optional<URI> first(URI list, String text) {
        Matcher entry = (isPls(text) ? PLS_ENTRY : M3U_ENTRY).matcher(text);
        try {
            return entry.find()
                    ? Optional.of(LooseUrl.resolved(list, entry.group(1))).filter(uri -> uri.getHost() != null)
                    : Optional.empty();
        } catch (IllegalArgumentException malformed) {
            return Optional.empty();
        }
    }

    private static boolean isPls(String text) {
        return text.regionMatches(true, 0, "[playlist]", 0, 10);
    }
}
