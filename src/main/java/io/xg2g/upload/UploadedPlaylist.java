package io.xg2g.upload;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Reader of the HLS playlists that are uploaded (RFC 8216bis), which name segments by relative URIs, and of the DASH manifest. */
final class UploadedPlaylist {
    private static final Pattern ATTRIBUTE = Pattern.compile("URI=\"([^\"]*)\"");
    private static final String GAP = "#EXT-X-GAP";
    private static final String MAP = "#EXT-X-MAP:";
    private static final String DURATION = "#EXTINF:";

    /** Comment in a multivariant playlist that names a media playlist of a rendition that is not offered any more. */
    private static final String FORMER = "# former rendition: ";

    private UploadedPlaylist() {}

    /** Returns the comment that names a media playlist, so that a later run of the program finds it. */
    static String former(String relative) {
        return FORMER + relative + "\n";
    }

    /**
     * Returns a manifest without, or a media playlist in which each segment that is not on the target, or whose init segment is not, is a gap
     * (4.4.4.7).
     *
     * @param name of the playlist
     * @param stored tells whether the object of a name is on the target
     * @return empty for a manifest of which nothing is left
     */
    static String withGaps(String name, String playlist, Predicate<String> stored) {
        if (StoredObject.isManifest(name)) {
            return UploadedManifest.withGaps(name, playlist, stored);
        }
        StringBuilder out = new StringBuilder(playlist.length() + 256);
        boolean init = true;
        boolean gap = false;
        boolean anyGap = false;
        String duration = "";
        for (String line : playlist.lines().toList()) {
            if (line.startsWith(MAP)) {
                init = stored.test(resolve(name, attribute(line)));
                // An init segment that is not there must not be named; its segments are gaps.
                out.append(init ? line + "\n" : "");
            } else if (line.startsWith(DURATION)) {
                duration = line + "\n";
            } else if (line.startsWith("#")) {
                gap |= line.equals(GAP);
                init |= line.equals("#EXT-X-DISCONTINUITY");
                out.append(line).append('\n');
            } else {
                boolean missing = !gap && !(init && stored.test(resolve(name, line)));
                anyGap |= missing;
                out.append(missing ? GAP + "\n" : "")
                        .append(duration)
                        .append(line)
                        .append('\n');
                gap = false;
                duration = "";
            }
        }
        String marked = out.toString();
        return anyGap ? marked.replaceFirst("#EXT-X-VERSION:7\n", "#EXT-X-VERSION:8\n") : marked;
    }

    /** Returns the names of the objects that a playlist requires: segments that are no gaps, init segments, playlists. */
    static Set<String> names(String name, byte[] playlist) {
        if (StoredObject.isManifest(name)) {
            return UploadedManifest.names(name, new String(playlist, StandardCharsets.UTF_8));
        }
        Set<String> names = new LinkedHashSet<>();
        boolean gap = false;
        for (String line : new String(playlist, StandardCharsets.UTF_8).lines().toList()) {
            if (line.startsWith("#")) {
                gap |= line.equals(GAP);
                if (line.contains("URI=\"")) {
                    names.add(resolve(name, attribute(line)));
                }
            } else if (!line.isBlank()) {
                if (!gap) {
                    names.add(resolve(name, line));
                }
                gap = false;
            }
        }
        return names;
    }

    /** Returns the names of the media playlists of {@linkplain #former former renditions}, which may be deleted already. */
    static Set<String> formerNames(String name, byte[] playlist) {
        return new String(playlist, StandardCharsets.UTF_8)
                .lines()
                .filter(line -> line.startsWith(FORMER))
                .map(line -> resolve(name, line.substring(FORMER.length())))
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    private static String attribute(String line) {
        Matcher uri = ATTRIBUTE.matcher(line);
        return uri.find() ? uri.group(1) : "";
    }

    private static String resolve(String name, String relative) {
        return URI.create("/" + name).resolve(relative).getPath().substring(1);
    }
}
