package io.xg2g.packaging;

import io.xg2g.media.AudioCodec;
import io.xg2g.media.AudioRole;
import io.xg2g.media.AudioTrackInfo;
import io.xg2g.media.LanguageCode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Audio tracks of a run of the segmenter, with the names of their renditions: {@code audio} for the default one, and for others
 * their language, role and codec ({@code audio-eng}, {@code audio-deu-ad}, {@code audio-deu-ac3}), with a number where that
 * is not unique. Immutable.
 *
 * @param all in the order of the segmenter's output; the first one is the default
 */
public record AudioTracks(List<Named> all) {
    public static final AudioTracks NONE = new AudioTracks(List.of());

    private static final Pattern NAME = Pattern.compile(
            "audio(?:-(?<language>[a-z]{3}))?(?:-(?<role>ad|hi|fx))?(?:-(?<codec>ac3|ec3))?(?:-[1-9]\\d?)?");

    /** Track and the name of its rendition. */
    public record Named(String name, AudioTrackInfo info) {}

    public AudioTracks {
        all = List.copyOf(all);
    }

    /** Names tracks. */
    public static AudioTracks of(List<AudioTrackInfo> tracks) {
        List<Named> named = new ArrayList<>();
        Set<String> used = new HashSet<>();
        for (AudioTrackInfo info : tracks) {
            String wanted = named.isEmpty() ? AudioRendition.NAME : name(info);
            String name = wanted;
            for (int number = 2; !used.add(name); number++) {
                name = wanted + "-" + number;
            }
            named.add(new Named(name, info));
        }
        return new AudioTracks(named);
    }

    private static String name(AudioTrackInfo info) {
        return Stream.of(
                        AudioRendition.NAME,
                        info.language(),
                        info.role().label(),
                        info.codec().label())
                .filter(part -> !part.isEmpty())
                .collect(Collectors.joining("-"));
    }

    /**
     * Returns what a name says of a track, which no run of the channel may have at present: that of its rendition then.
     *
     * @return empty if no track is named so
     */
    public static Optional<AudioTrackInfo> described(String rendition) {
        Matcher parts = NAME.matcher(rendition);
        if (!parts.matches()) {
            return Optional.empty();
        }
        String language = Objects.requireNonNullElse(parts.group("language"), "");
        return Optional.of(new AudioTrackInfo(
                language,
                labelled(AudioRole.values(), AudioRole::label, parts.group("role"), AudioRole.MAIN),
                labelled(AudioCodec.values(), AudioCodec::label, parts.group("codec"), AudioCodec.AAC),
                0));
    }

    private static <T> T labelled(T[] values, Function<T, String> label, @Nullable String wanted, T otherwise) {
        return Stream.of(values)
                .filter(value -> label.apply(value).equals(wanted))
                .findFirst()
                .orElse(otherwise);
    }

    /** Returns the index of a track; 0, that of the default, if there is none. */
    public int indexOrDefault(AudioTrackInfo track) {
        for (int i = 0; i < all.size(); i++) {
            if (all.get(i).info().equals(track)) {
                return i;
            }
        }
        return 0;
    }

    /** Returns whether a rendition has a name of audio. */
    public static boolean isAudio(String rendition) {
        return rendition.equals(AudioRendition.NAME) || rendition.startsWith(AudioRendition.NAME + "-");
    }

    /**
     * Returns the AAC track that a viewer names.
     *
     * @param wanted name of a rendition, or a language, of which the main audio is preferred: code of ISO 639 or language tag
     */
    public Optional<Named> find(String wanted) {
        String language = LanguageCode.normalized(wanted);
        return first(track -> track.name().equals(wanted))
                .or(() -> first(track ->
                        track.info().language().equals(language) && track.info().role() == AudioRole.MAIN))
                .or(() -> first(track -> track.info().language().equals(language)));
    }

    private Optional<Named> first(Predicate<Named> condition) {
        return aac().filter(condition).findFirst();
    }

    private Stream<Named> aac() {
        return all.stream().filter(track -> track.info().codec() == AudioCodec.AAC);
    }

    /** Returns the AAC tracks for a message: names, with languages and roles. */
    public String description() {
        return aac().map(AudioTracks::description).collect(Collectors.joining(", "));
    }

    private static String description(Named track) {
        String details = Stream.of(
                        LanguageCode.tag(track.info().language()),
                        track.info().role().description())
                .filter(part -> !part.isEmpty())
                .collect(Collectors.joining(", "));
        return details.isEmpty() ? track.name() : track.name() + " (" + details + ")";
    }
}
