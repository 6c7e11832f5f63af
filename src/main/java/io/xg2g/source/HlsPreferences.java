package io.xg2g.source;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Preferences among the variants and audio renditions of an HLS source.
 *
 * @param maxHeight of the video, in lines
 * @param languages of the audio, the most preferred one first: language tags (RFC 5646) or codes of ISO 639
 */
public record HlsPreferences(int maxHeight, List<String> languages) {
    /** Without a limit and without a language. */
    public static final HlsPreferences NONE = new HlsPreferences(Integer.MAX_VALUE, List.of());

    /** Codes of ISO 639-2 by which catalogs name languages (B) that Java names by their own names (T). */
    private static final Map<String, String> BIBLIOGRAPHIC = Map.ofEntries(
            Map.entry("alb", "sq"),
            Map.entry("arm", "hy"),
            Map.entry("baq", "eu"),
            Map.entry("bur", "my"),
            Map.entry("chi", "zh"),
            Map.entry("cze", "cs"),
            Map.entry("dut", "nl"),
            Map.entry("fre", "fr"),
            Map.entry("geo", "ka"),
            Map.entry("ger", "de"),
            Map.entry("gre", "el"),
            Map.entry("ice", "is"),
            Map.entry("mac", "mk"),
            Map.entry("mao", "mi"),
            Map.entry("may", "ms"),
            Map.entry("per", "fa"),
            Map.entry("rum", "ro"),
            Map.entry("slo", "sk"),
            Map.entry("tib", "bo"),
            Map.entry("wel", "cy"));

    private static final Map<String, String> TWO_LETTERS = twoLetters();

    public HlsPreferences {
        languages = List.copyOf(languages);
    }

    /** Returns the position of a language among the preferred ones; their number if it is none of them. */
    int rank(String language) {
        String primary = primary(language);
        for (int i = 0; i < languages.size(); i++) {
            if (!primary.isEmpty() && primary(languages.get(i)).equals(primary)) {
                return i;
            }
        }
        return languages.size();
    }

    /** Returns the primary subtag of a language tag, in two letters if it has such a code. */
    private static String primary(String tag) {
        String language = tag.strip().toLowerCase(Locale.ROOT).replaceFirst("[-_].*", "");
        return TWO_LETTERS.getOrDefault(language, language);
    }

    private static Map<String, String> twoLetters() {
        Map<String, String> codes = new TreeMap<>(BIBLIOGRAPHIC);
        for (String code : Locale.getISOLanguages()) {
            codes.putIfAbsent(Locale.of(code).getISO3Language(), code);
        }
        return Map.copyOf(codes);
    }
}
