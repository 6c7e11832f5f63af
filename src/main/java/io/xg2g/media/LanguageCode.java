package io.xg2g.media;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.MissingResourceException;
import java.util.stream.Collectors;

/** Normalizer of language codes, so that {@code de}, {@code de-AT}, {@code ger} and {@code deu} are equal. */
public final class LanguageCode {
    /** Bibliographic codes of ISO 639-2, and the terminological ones of the same languages. */
    private static final Map<String, String> TERMINOLOGICAL = Map.ofEntries(
            Map.entry("alb", "sqi"),
            Map.entry("arm", "hye"),
            Map.entry("baq", "eus"),
            Map.entry("bur", "mya"),
            Map.entry("chi", "zho"),
            Map.entry("cze", "ces"),
            Map.entry("dut", "nld"),
            Map.entry("fre", "fra"),
            Map.entry("geo", "kat"),
            Map.entry("ger", "deu"),
            Map.entry("gre", "ell"),
            Map.entry("ice", "isl"),
            Map.entry("mac", "mkd"),
            Map.entry("mao", "mri"),
            Map.entry("may", "msa"),
            Map.entry("per", "fas"),
            Map.entry("rum", "ron"),
            Map.entry("slo", "slk"),
            Map.entry("tib", "bod"),
            Map.entry("wel", "cym"));

    /** Codes of ISO 639-1 by the terminological ones of ISO 639-2. */
    private static final Map<String, String> SHORT = Arrays.stream(Locale.getISOLanguages())
            .filter(code -> code.length() == 2)
            .collect(Collectors.toUnmodifiableMap(
                    code -> Locale.of(code).getISO3Language(), code -> code, (first, _) -> first));

    private LanguageCode() {}

    /** Returns the language tag of a {@linkplain #normalized normalized} code (RFC 5646): the shorter code, if there is one. */
    public static String tag(String normalized) {
        return SHORT.getOrDefault(normalized, normalized);
    }

    /**
     * Returns the name of a language in that language, with a capital letter; its tag if there is no name.
     *
     * @param normalized code, {@linkplain #normalized normalized}
     */
    public static String name(String normalized) {
        Locale language = Locale.of(tag(normalized));
        String name = language.getDisplayLanguage(language);
        return name.substring(0, name.offsetByCodePoints(0, 1)).toUpperCase(language)
                + name.substring(name.offsetByCodePoints(0, 1));
    }

    /**
     * Returns the terminological code of ISO 639-2, in lower case.
     *
     * @param code of ISO 639-1 or ISO 639-2, or a tag of BCP 47, in any case; others are returned in lower case
     */
    public static String normalized(String code) {
        String language = code.strip().toLowerCase(Locale.ROOT).split("[-_]", 2)[0];
        try {
            String three = language.length() == 2 ? Locale.of(language).getISO3Language() : language;
            return TERMINOLOGICAL.getOrDefault(three, three);
        } catch (MissingResourceException unknown) {
            return language;
        }
    }
}
