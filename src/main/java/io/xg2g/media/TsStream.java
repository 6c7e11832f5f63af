package io.xg2g.media;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;

/**
 * Elementary stream that a program map lists (ISO/IEC 13818-1, 2.4.4.9).
 *
 * @param pid PID of its packets
 * @param type {@code stream_type}
 * @param kind what it carries
 * @param language normalized by {@link LanguageCode}; empty if the map names none
 * @param secondary whether it is no main audio but an audio description, audio for the hearing impaired or clean effects
 * @param entry its bytes in the map, with the descriptors. Must not be modified.
 */
@SuppressWarnings("ArrayRecordComponent") // Immutable by convention.
record TsStream(int pid, int type, Kind kind, String language, boolean secondary, byte[] entry) {

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

    /** Codes of languages that broadcasters use for audio descriptions: narrative, and reserved ones. */
    private static final Set<String> DESCRIPTION_LANGUAGES = Set.of("nar", "qad");

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
        String language = kind == Kind.AUDIO ? language(entry) : "";
        boolean secondary = kind == Kind.AUDIO && isSecondary(entry, language);
        return new TsStream(BigEndian.uint16(entry, 1) & 0x1fff, type, kind, language, secondary, entry);
    }

    boolean isVideo() {
        return kind == Kind.VIDEO;
    }

    boolean isAudio() {
        return kind == Kind.AUDIO;
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

    private static String language(byte[] entry) {
        int at = descriptor(entry, LANGUAGE);
        return at < 0 ? "" : LanguageCode.normalized(text(entry, at, 3));
    }

    private static boolean isSecondary(byte[] entry, String language) {
        if (DESCRIPTION_LANGUAGES.contains(language)) {
            return true;
        }
        int iso = descriptor(entry, LANGUAGE);
        // audio_type: 0 is undefined (ISO/IEC 13818-1, table 2-60), values above 3 are private.
        boolean typed = iso >= 0 && length(entry, iso) >= 4 && entry[iso + 3] >= 1 && entry[iso + 3] <= 3;
        int extension = descriptor(entry, EXTENSION);
        // editorial_classification: 0 is main audio (ETSI EN 300 468, 6.4.11).
        boolean supplementary = extension >= 0
                && length(entry, extension) >= 2
                && entry[extension] == SUPPLEMENTARY_AUDIO
                && (entry[extension + 1] & 0x7c) != 0;
        return typed || supplementary || isAssociatedAc3(entry);
    }

    /** Returns whether the component type of an AC-3 descriptor is a service for the visually or hearing impaired. */
    private static boolean isAssociatedAc3(byte[] entry) {
        int at = Math.max(descriptor(entry, AC3), descriptor(entry, EAC3));
        if (at < 0 || length(entry, at) < 2 || (entry[at] & 0x80) == 0) {
            return false;
        }
        int service = (entry[at + 1] >> 3) & 0x07;
        return service == 2 || service == 3;
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
