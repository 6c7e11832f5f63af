package io.xg2g.media;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Tracker of the format of a video: follows the sequence parameter sets (H.264, HEVC) by their ids, and which of them a frame
 * refers to. How often a set is repeated, and sets that no frame uses, do not matter. Malformed input throws nothing. Not
 * thread-safe.
 */
final class FormatTracker {
    private static final int START_CODE = 0x100;

    /** Bytes of a slice header, or of an MPEG-2 header, that are read. */
    private static final int HEADER_BYTES = 24;

    private static final int MAX_SET_BYTES = 4096;
    private static final int MAX_ID = 255;
    private static final int SEQUENCE_HEADER = 0xb3;
    private static final int SEQUENCE_EXTENSION = 0xb5;
    private static final int PICTURE = 0x00;

    /** What a unit after a start code is. */
    private enum Unit {
        SEQUENCE,
        PICTURE,
        FRAME,
        OTHER
    }

    private final int streamType;
    /** Hashes of sequence parameter sets by their ids. */
    private final Map<Integer, Integer> sequences = new HashMap<>();
    /** Ids of sequence parameter sets by those of the picture parameter sets that refer to them. */
    private final Map<Integer, Integer> pictures = new HashMap<>();

    private final byte[] unit = new byte[MAX_SET_BYTES];
    private int length;
    private Unit kind = Unit.OTHER;

    /** Hash of the sequence header and its extension in the current frame (MPEG-2). */
    private int header;

    FormatTracker(int streamType) {
        this.streamType = streamType;
    }

    /**
     * Returns the hash of the format of the next frame in decoding order.
     *
     * @param packets its transport packets
     * @return 0 if it is unknown
     */
    int hash(byte[] packets) {
        kind = Unit.OTHER;
        header = 0;
        int window = -1;
        for (int packet = 0; packet < packets.length; packet += TsPacket.SIZE) {
            for (int at = Pes.body(packets, packet); at < packet + TsPacket.SIZE; at++) {
                window = (window << 8) | (packets[at] & 0xff);
                if ((window & 0xffffff00) == START_CODE) {
                    if (kind == Unit.FRAME) {
                        return frame();
                    }
                    // The zeros and the one of the start code are not part of the unit before it.
                    length = Math.max(0, length - 3);
                    set();
                    kind = kind(window & 0xff);
                    length = 0;
                }
                if (kind != Unit.OTHER && length < unit.length) {
                    unit[length++] = packets[at];
                }
                if (kind == Unit.FRAME && length == HEADER_BYTES) {
                    return frame();
                }
            }
        }
        return kind == Unit.FRAME ? frame() : 0;
    }

    private Unit kind(int code) {
        return switch (streamType) {
            case 0x01, 0x02 ->
                switch (code) {
                    case SEQUENCE_HEADER, SEQUENCE_EXTENSION -> Unit.SEQUENCE;
                    case PICTURE -> Unit.FRAME;
                    default -> Unit.OTHER;
                };
            // ISO/IEC 14496-10, table 7-1.
            case TsProgram.H264 ->
                switch (code & 0x1f) {
                    case 1, 2, 5 -> Unit.FRAME;
                    case 7 -> Unit.SEQUENCE;
                    case 8 -> Unit.PICTURE;
                    default -> Unit.OTHER;
                };
            // ISO/IEC 23008-2, table 7-1.
            case TsProgram.HEVC -> hevc((code >> 1) & 0x3f);
            default -> Unit.OTHER;
        };
    }

    private static Unit hevc(int type) {
        return switch (type) {
            case 33 -> Unit.SEQUENCE;
            case 34 -> Unit.PICTURE;
            default -> type < 32 ? Unit.FRAME : Unit.OTHER;
        };
    }

    /** Records the parameter set in the buffer, if there is one. */
    private void set() {
        try {
            switch (kind) {
                case SEQUENCE -> sequence();
                case PICTURE -> {
                    BitReader bits = new BitReader(unit, payload(), length);
                    put(pictures, bits.unsigned(), bits.unsigned());
                }
                default -> {
                    // No parameter set.
                }
            }
        } catch (MalformedMedia truncated) {
            // The frames that refer to it have an unknown format.
        }
    }

    private static void put(Map<Integer, Integer> sets, int id, int value) {
        if (id <= MAX_ID) {
            sets.put(id, value);
        }
    }

    private void sequence() throws MalformedMedia {
        switch (streamType) {
            case TsProgram.H264 -> {
                BitReader bits = new BitReader(unit, payload(), length);
                bits.bits(24);
                put(sequences, bits.unsigned(), content());
            }
            case TsProgram.HEVC -> put(sequences, hevcSequenceId(), content());
            default -> mpeg2();
        }
    }

    /** Sequence header: size, aspect ratio and rate. Its extension: profile, progressive (ISO/IEC 13818-2, 6.2.2). */
    private void mpeg2() {
        if ((unit[0] & 0xff) == SEQUENCE_HEADER) {
            header = hash(1, 5);
        } else if ((unit[1] & 0xf0) == 0x10) {
            header = 31 * header + hash(1, 3);
        }
    }

    /** Reads {@code sps_seq_parameter_set_id} (ISO/IEC 23008-2, 7.3.2.2 and 7.3.3). */
    private int hevcSequenceId() throws MalformedMedia {
        BitReader bits = new BitReader(unit, payload(), length);
        bits.bits(4);
        int layers = bits.bits(3);
        bits.bit();
        bits.bits(32);
        bits.bits(32);
        bits.bits(32);
        int flags = layers == 0 ? 0 : bits.bits(16);
        for (int layer = 0; layer < layers; layer++) {
            int present = flags >> (14 - 2 * layer);
            int skipped = ((present & 2) != 0 ? 88 : 0) + ((present & 1) != 0 ? 8 : 0);
            for (int bit = 0; bit < skipped; bit++) {
                bits.bit();
            }
        }
        return bits.unsigned();
    }

    /** Returns the hash of the format of the frame whose first slice is in the buffer. */
    private int frame() {
        if (streamType != TsProgram.H264 && streamType != TsProgram.HEVC) {
            return header;
        }
        try {
            Integer sequence = pictures.get(pictureId());
            Integer hash = sequence == null ? null : sequences.get(sequence);
            if (hash != null) {
                return hash;
            }
        } catch (MalformedMedia truncated) {
            // As without the set.
        }
        return sequences.size() == 1 ? sequences.values().iterator().next() : 0;
    }

    /** Reads the id of the picture parameter set in a slice header (ISO/IEC 14496-10, 7.3.3; ISO/IEC 23008-2, 7.3.6.1). */
    private int pictureId() throws MalformedMedia {
        BitReader bits = new BitReader(unit, payload(), length);
        if (streamType == TsProgram.H264) {
            bits.unsigned();
            bits.unsigned();
            return bits.unsigned();
        }
        int type = (unit[0] >> 1) & 0x3f;
        if (bits.bit() == 0) {
            throw new MalformedMedia("the first slice segment is missing");
        }
        if (type >= 16 && type <= 23) {
            bits.bit();
        }
        return bits.unsigned();
    }

    /** Returns where the payload of the unit starts, behind its header. */
    private int payload() {
        return streamType == TsProgram.HEVC ? 2 : 1;
    }

    /** Returns the hash of the unit without trailing zeros; not 0. */
    private int content() {
        int end = length;
        while (end > 0 && unit[end - 1] == 0) {
            end--;
        }
        return hash(0, end);
    }

    private int hash(int from, int to) {
        int hash = Arrays.hashCode(Arrays.copyOfRange(unit, from, Math.max(from, Math.min(to, length))));
        return hash == 0 ? 1 : hash;
    }
}
