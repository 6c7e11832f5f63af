package io.xg2g.source;

import io.xg2g.media.LanguageCode;
import java.util.List;

/**
 * Preferences among the variants and audio renditions of an HLS source.
 *
 * @param maxHeight of the video, in lines
 * @param languages of the audio, the most preferred one first, as {@link LanguageCode} normalizes them
 */
public record HlsPreferences(int maxHeight, List<String> languages) {
    /** Without a limit and without a language. */
    public static final HlsPreferences NONE = new HlsPreferences(Integer.MAX_VALUE, List.of());

    public HlsPreferences {
        languages = languages.stream().map(LanguageCode::normalized).toList();
    }

    /** Returns the position of a language among the preferred ones; their number if it is none of them. */
    int rank(String language) {
        int index = languages.indexOf(LanguageCode.normalized(language));
        return index < 0 ? languages.size() : index;
    }
}
