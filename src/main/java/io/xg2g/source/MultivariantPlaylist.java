package io.xg2g.source;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Selection from an HLS multivariant playlist (RFC 8216, section 4.3.4): the best variant within the limits, and the
 * preferred one of its audio renditions. ffmpeg, which reads the result, would fetch all of them and use the first ones.
 */
final class MultivariantPlaylist {
    private static final String VARIANT = "#EXT-X-STREAM-INF:";
    private static final String RENDITION = "#EXT-X-MEDIA:";
    private static final String TRICK_PLAY = "#EXT-X-I-FRAME-STREAM-INF:";

    private static final Pattern ATTRIBUTE = Pattern.compile("([A-Z0-9-]+)=(?:\"([^\"]*)\"|([^,\"]*))");

    private static final Pattern RESOLUTION = Pattern.compile("\\d{1,5}x(\\d{1,5})");

    /** Video codecs that the segmenter carries (RFC 6381). */
    private static final Pattern VIDEO_CODEC = Pattern.compile("(avc1|avc3|hvc1|hev1|mp4v)\\..*");

    private static final Pattern OTHER_VIDEO_CODEC =
            Pattern.compile("(vp0?[89]|av01|dvh1|dvhe|dvav|dva1|vvc1|vvi1)(\\..*)?");

    private record Entry(String line, String uri, Map<String, String> attributes) {
        String get(String name) {
            return attributes.getOrDefault(name, "");
        }

        double number(String name) {
            String text = get(name);
            return text.matches("\\d{1,15}(\\.\\d{1,9})?") ? Double.parseDouble(text) : 0;
        }

        int height() {
            Matcher resolution = RESOLUTION.matcher(get("RESOLUTION"));
            return resolution.matches() ? Integer.parseInt(resolution.group(1)) : 0;
        }

        private List<String> codecs() {
            return List.of(get("CODECS").toLowerCase(Locale.ROOT).split("[,\\s]+"));
        }

        /** Whether there is video, as far as the attributes say. */
        boolean isVideo() {
            return height() > 0 || get("CODECS").isEmpty() || codecs().stream().anyMatch(Entry::isVideo);
        }

        private static boolean isVideo(String codec) {
            return VIDEO_CODEC.matcher(codec).matches()
                    || OTHER_VIDEO_CODEC.matcher(codec).matches();
        }

        boolean isSupported() {
            return codecs().stream()
                    .noneMatch(codec -> OTHER_VIDEO_CODEC.matcher(codec).matches());
        }

        boolean is(String name, String value) {
            return get(name).equals(value);
        }
    }

    private final List<String> common = new ArrayList<>();
    private final List<Entry> variants = new ArrayList<>();
    private final List<Entry> renditions = new ArrayList<>();

    private MultivariantPlaylist(List<String> lines) {
        String variant = "";
        for (String line : lines) {
            if (line.startsWith(VARIANT)) {
                variant = line;
            } else if (line.startsWith(RENDITION)) {
                renditions.add(new Entry(line, "", attributes(line)));
            } else if (!line.startsWith("#") && !line.isBlank() && !variant.isEmpty()) {
                variants.add(new Entry(variant, line, attributes(variant)));
                variant = "";
            } else if (!line.startsWith(TRICK_PLAY)) {
                common.add(line);
            }
        }
    }

    private static Map<String, String> attributes(String line) {
        Map<String, String> attributes = new HashMap<>();
        Matcher each = ATTRIBUTE.matcher(line.substring(line.indexOf(':') + 1));
        while (each.find()) {
            attributes.putIfAbsent(
                    each.group(1), each.group(2) == null ? each.group(3).strip() : each.group(2));
        }
        return attributes;
    }

    /** Returns the playlist with what was selected; a media playlist is returned unchanged. */
    static String selected(String playlist, HlsPreferences preferences) {
        if (!playlist.contains(VARIANT)) {
            return playlist;
        }
        MultivariantPlaylist all = new MultivariantPlaylist(
                HlsPlaylist.LINE_END.splitAsStream(playlist).toList());
        return all.best(preferences)
                .map(variant -> all.with(variant, preferences))
                .orElse(playlist);
    }

    private Optional<Entry> best(HlsPreferences preferences) {
        return variants.stream()
                .max(Comparator.comparing((Entry variant) -> variant.isVideo())
                        .thenComparing(Entry::isSupported)
                        .thenComparing(variant -> variant.height() <= preferences.maxHeight())
                        // If all are too large, the smallest one.
                        .thenComparing(variant -> -Math.max(variant.height(), preferences.maxHeight()))
                        .thenComparing(
                                variant -> variant.get("VIDEO-RANGE").isEmpty() || variant.is("VIDEO-RANGE", "SDR"))
                        .thenComparing(Entry::height)
                        .thenComparing(variant -> variant.number("FRAME-RATE"))
                        .thenComparing(variant -> variant.number("BANDWIDTH")));
    }

    private Optional<Entry> audio(Entry variant, HlsPreferences preferences) {
        return renditions.stream()
                .filter(rendition -> rendition.is("TYPE", "AUDIO") && rendition.is("GROUP-ID", variant.get("AUDIO")))
                .min(Comparator.comparing((Entry rendition) ->
                                rendition.get("CHARACTERISTICS").contains("describes-video"))
                        .thenComparing(rendition -> preferences.rank(rendition.get("LANGUAGE")))
                        .thenComparing(rendition -> !rendition.is("DEFAULT", "YES"))
                        .thenComparing(rendition -> !rendition.is("AUTOSELECT", "YES")));
    }

    private String with(Entry variant, HlsPreferences preferences) {
        List<String> lines = new ArrayList<>(common);
        // Before the variant: ffmpeg numbers the streams in the order of the playlists. One without a URL is part of
        // the variant.
        audio(variant, preferences)
                .filter(rendition -> !rendition.get("URI").isEmpty())
                .ifPresent(rendition -> lines.add(rendition.line()));
        lines.add(variant.line());
        lines.add(variant.uri());
        return String.join("\n", lines) + "\n";
    }
}
