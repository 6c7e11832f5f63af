package io.xg2g.media;

import java.util.List;
import java.util.OptionalInt;

/**
 * Choice among the programs and the audio streams of a source.
 *
 * @param program {@code program_number} of the program, 1 to 65535; empty for the first one that has video, or else audio
 * @param languages of the audio, the preferred one first, as {@link LanguageCode} normalizes them
 */
public record StreamPreferences(OptionalInt program, List<String> languages) {
    /** No preferences. */
    public static final StreamPreferences NONE = new StreamPreferences(OptionalInt.empty(), List.of());

    public StreamPreferences {
        languages = languages.stream().map(LanguageCode::normalized).toList();
    }

    /** Returns the same for a stream that consists of the chosen program, with a number of its own. */
    public StreamPreferences ofAnyProgram() {
        return new StreamPreferences(OptionalInt.empty(), languages);
    }

    /** Returns whether a program may be chosen. */
    boolean allows(TsMap map) {
        return program.isEmpty() || program.getAsInt() == map.number();
    }

    /**
     * Returns the rank of an audio stream; the lowest one is preferred: main audio in the order of the languages, then other
     * audio in that order.
     */
    int rank(TsStream audio) {
        int index = languages.indexOf(audio.language());
        int last = languages.size();
        return (index < 0 ? last : index) + (audio.role() == AudioRole.MAIN ? 0 : last + 1);
    }
}
