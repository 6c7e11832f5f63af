package io.xg2g.media;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Elementary stream that a program map lists (ISO/IEC 13818-1, 2.4.4.9).
 *
 * @param pid PID of its packets
 * @param type {@code stream_type}
 * @param kind what it carries
 * @param language normalized by {@link LanguageCode}; empty if the map names none
 * @param role of audio; main audio for all others
 * @param entry its bytes in the map, with the descriptors. Must not be modified.
 */
@SuppressWarnings("ArrayRecordComponent") // Immutable by convention.
record TsStream(int pid, int type, Kind kind, String language, AudioRole role, byte[] entry) {

    /** What a stream carries, as far as it can be decoded. */
    enum Kind {
        VIDEO,
        AUDIO,
        /** Subtitles, private data, or a codec that is not supported. */
        OTHER
    }

    private static final int HEADER = 5;

    private static final int LANGUAGE = 0x0a;
    private static final int AC3 = 0x6a;
    private static final int EAC3 = 0x7a;
    private static final int EXTENSION = 0x7f;
    private static final int SUPPLEMENTARY_AUDIO = 0x06;

    /** Codes of languages that broadcasters use for roles: narrative and audio description, clear speech. */
    private static final Map<String, AudioRole> ROLES =
            Map.of("nar", AudioRole.DESCRIPTION, "qad", AudioRole.DESCRIPTION, "qks", AudioRole.HEARING_IMPAIRED);

    /** Codes that name no language: undetermined, uncoded. */
    private static final Set<String> NO_LANGUAGE = Set.of("und", "mis");

    /**
     * Reads an entry of a program map.
     *
     * @param map the section
     * @param at where the entry starts
     * @param end where its descriptors end
     * @param bluRay whether the program {@linkplain TsAudioTypes#isBluRay has the types of Blu-ray}
     */
    static TsStream of(byte[] map, int at, int end, boolean bluRay) {
        byte[] entry = Arrays.copyOfRange(map, at, end);
        int type = entry[0] & 0xff;
        Kind kind = kind(type, bluRay, entry);
        AudioRole role = kind == Kind.AUDIO ? role(entry) : AudioRole.MAIN;
        String language = kind == Kind.AUDIO ? language(entry) : "";
        return new TsStream(BigEndian.uint16(entry, 1) & 0x1fff, type, kind, language, role, entry);
    }

    boolean isVideo() {
        return kind == Kind.VIDEO;
    }

    boolean isAudio() {
        return kind == Kind.AUDIO;
    }

    /** Returns the codec of audio whose frames can be published as they are; empty for any other stream. */
    Optional<AudioCodec> frames() {
        return isAudio() ? TsAudioTypes.frames(type, entry, HEADER, entry.length) : Optional.empty();
    }

    /** Returns whether both have the same PID, type, language and role. */
    boolean isSameTrack(TsStream other) {
        return isSame(other) && language.equals(other.language) && role == other.role;
    }

    /** Returns whether both have the same PID and type. */
    boolean isSame(TsStream other) {
        return pid == other.pid && type == other.type && kind == other.kind;
    }

    /** Returns the kind of a {@code stream_type}: video is MPEG-1, MPEG-2, MPEG-4, H.264, HEVC, VVC, AVS or VC-1. */
    private static Kind kind(int type, boolean bluRay, byte[] entry) {
        return switch (type) {
            case 0x01, 0x02, 0x10, TsProgram.H264, TsProgram.HEVC, 0x33, 0x42, 0xd2, 0xea -> Kind.VIDEO;
            default -> TsAudioTypes.isAudio(type, bluRay, entry, HEADER, entry.length) ? Kind.AUDIO : Kind.OTHER;
        };
    }

    private static String code(byte[] entry) {
        int at = descriptor(entry, LANGUAGE);
        String code = at < 0 ? "" : LanguageCode.normalized(text(entry, at, 3));
        return code.matches("[a-z]{3}") ? code : "";
    }

    private static String language(byte[] entry) {
        String code = code(entry);
        return ROLES.containsKey(code) || NO_LANGUAGE.contains(code) ? "" : code;
    }

    private static AudioRole role(byte[] entry) {
        AudioRole byLanguage = ROLES.get(code(entry));
        if (byLanguage != null) {
            return byLanguage;
        }
        AudioRole typed = typed(entry);
        AudioRole supplementary = supplementary(entry);
        return typed != AudioRole.MAIN ? typed : supplementary != AudioRole.MAIN ? supplementary : ac3Service(entry);
    }

    /** Returns the role by {@code audio_type} (ISO/IEC 13818-1, table 2-60). */
    private static AudioRole typed(byte[] entry) {
        int iso = descriptor(entry, LANGUAGE);
        if (iso < 0 || length(entry, iso) < 4) {
            return AudioRole.MAIN;
        }
        return switch (entry[iso + 3]) {
            case 1 -> AudioRole.EFFECTS;
            case 2 -> AudioRole.HEARING_IMPAIRED;
            case 3 -> AudioRole.DESCRIPTION;
            // Undefined, and private values.
            default -> AudioRole.MAIN;
        };
    }

    /** Returns the role by {@code editorial_classification} (ETSI EN 300 468, 6.4.11). */
    private static AudioRole supplementary(byte[] entry) {
        int extension = descriptor(entry, EXTENSION);
        if (extension < 0 || length(entry, extension) < 2 || entry[extension] != SUPPLEMENTARY_AUDIO) {
            return AudioRole.MAIN;
        }
        return switch ((entry[extension + 1] & 0x7c) >> 2) {
            case 0 -> AudioRole.MAIN;
            case 2 -> AudioRole.HEARING_IMPAIRED;
            default -> AudioRole.DESCRIPTION;
        };
    }

    /** Returns the role by the service type in the component type of an AC-3 descriptor (ETSI EN 300 468, table D.4). */
    private static AudioRole ac3Service(byte[] entry) {
        int at = Math.max(descriptor(entry, AC3), descriptor(entry, EAC3));
        if (at < 0 || length(entry, at) < 2 || (entry[at] & 0x80) == 0) {
            return AudioRole.MAIN;
        }
        return switch ((entry[at + 1] >> 3) & 0x07) {
            case 2 -> AudioRole.DESCRIPTION;
            case 3 -> AudioRole.HEARING_IMPAIRED;
            default -> AudioRole.MAIN;
        };
    }

    /** Returns where the contents of the first descriptor with this tag start, or -1. */
    private static int descriptor(byte[] entry, int tag) {
        for (int at = HEADER; at + 2 <= entry.length; at += 2 + (entry[at + 1] & 0xff)) {
            if ((entry[at] & 0xff) == tag) {
                return at + 2 + (entry[at + 1] & 0xff) <= entry.length ? at + 2 : -1;
            }
        }
        return -1;
    }

    private static int length(byte[] entry, int contents) {
        return entry[contents - 1] & 0xff;
    }

    private static String text(byte[] entry, int at, int length) {
        return length(entry, at) < length ? "" : new String(entry, at, length, StandardCharsets.ISO_8859_1);
    }
}
