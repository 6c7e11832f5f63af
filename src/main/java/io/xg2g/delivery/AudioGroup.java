package io.xg2g.delivery;

import io.xg2g.media.AudioCodec;
import io.xg2g.media.AudioRole;
import io.xg2g.media.AudioTrackInfo;
import io.xg2g.media.LanguageCode;
import io.xg2g.packaging.Track;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Audio group of an HLS multivariant playlist (RFC 8216bis, 4.4.6.2.1): one for AAC, and one for each codec of surround sound. All
 * groups have the same members; where a track has no surround sound, that of AAC stands in.
 *
 * @param id value of {@code GROUP-ID}
 * @param members the default one first
 */
record AudioGroup(String id, List<Member> members) {

    /**
     * Member of a group.
     *
     * @param name value of {@code NAME}, distinct in the group
     * @param selectable value of {@code AUTOSELECT}: whether no earlier member has the same language and purpose
     */
    record Member(Track track, String name, boolean selectable) {
        AudioTrackInfo info() {
            return track.audioOrUnknown().info();
        }

        /** Returns the value of {@code CHARACTERISTICS}. */
        Optional<String> characteristics() {
            return switch (info().role()) {
                case DESCRIPTION -> Optional.of("public.accessibility.describes-video");
                case HEARING_IMPAIRED -> Optional.of("public.accessibility.enhances-speech-intelligibility");
                case MAIN, EFFECTS -> Optional.empty();
            };
        }
    }

    /** Returns the groups of an epoch's tracks, that of AAC first; empty without audio. */
    static List<AudioGroup> of(List<Track> tracks) {
        List<Track> aac = ofCodec(tracks, AudioCodec.AAC);
        if (aac.isEmpty()) {
            return List.of();
        }
        List<AudioGroup> groups = new ArrayList<>();
        Map<Track, String> names = names(aac);
        groups.add(group("audio", aac, aac, names));
        for (AudioCodec codec : List.of(AudioCodec.AC3, AudioCodec.EAC3)) {
            List<Track> surround = ofCodec(tracks, codec);
            if (!surround.isEmpty()) {
                groups.add(group("audio-" + codec.label(), aac, alternatives(aac, surround), names));
            }
        }
        return groups;
    }

    private static List<Track> ofCodec(List<Track> tracks, AudioCodec codec) {
        return tracks.stream()
                .filter(track -> !track.isVideo() && info(track).codec() == codec)
                .toList();
    }

    private static AudioTrackInfo info(Track track) {
        return track.audioOrUnknown().info();
    }

    private static AudioGroup group(String id, List<Track> aac, List<Track> tracks, Map<Track, String> names) {
        List<Member> members = new ArrayList<>();
        Set<List<Object>> purposes = new HashSet<>();
        for (int i = 0; i < aac.size(); i++) {
            AudioTrackInfo info = info(aac.get(i));
            boolean selectable = purposes.add(List.of(info.language(), info.role()));
            members.add(new Member(tracks.get(i), names.getOrDefault(aac.get(i), ""), selectable));
        }
        return new AudioGroup(id, List.copyOf(members));
    }

    /**
     * Returns the surround sound of each track, or the track itself. In a known language all tracks of a role have the same
     * content, so that the first surround sound belongs to the first track; otherwise that which is made of the same track of the
     * source.
     */
    private static List<Track> alternatives(List<Track> aac, List<Track> surround) {
        List<Track> left = new ArrayList<>(surround);
        List<Track> chosen = new ArrayList<>();
        for (Track track : aac) {
            AudioTrackInfo info = info(track);
            Track alternative = left.stream()
                    .filter(other -> info(other).isSameContent(info))
                    .filter(other -> !info.language().isEmpty() || info(other).ordinal() == info.ordinal())
                    .findFirst()
                    .orElse(track);
            left.remove(alternative);
            chosen.add(alternative);
        }
        return chosen;
    }

    /** Returns the names of tracks: language and purpose, with a number where that is not distinct. */
    private static Map<Track, String> names(List<Track> tracks) {
        Map<Track, String> names = new HashMap<>();
        Set<String> used = new HashSet<>();
        for (Track track : tracks) {
            String wanted = name(track);
            String name = wanted;
            for (int number = 2; !used.add(name); number++) {
                name = wanted + " " + number;
            }
            names.put(track, name);
        }
        return names;
    }

    /** Returns the language in that language and the purpose, or the track's name if the language is unknown. */
    static String name(Track track) {
        AudioTrackInfo info = info(track);
        if (info.language().isEmpty()) {
            return track.name();
        }
        String language = LanguageCode.name(info.language());
        return info.role() == AudioRole.MAIN
                ? language
                : language + " (" + info.role().description() + ")";
    }
}
