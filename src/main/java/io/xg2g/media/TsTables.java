package io.xg2g.media;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reader of the program association table and the program map table (ISO/IEC 13818-1, 2.4.4.4 and 2.4.4.9): the first
 * program, its first video and its first audio stream. Follows changes of the tables. Not thread-safe.
 */
final class TsTables {
    /** {@code table_id} of the program association table. */
    static final int ASSOCIATION = 0x00;

    /** {@code table_id} of a program map table. */
    static final int MAP = 0x02;

    private static final int CRC = 4;

    private final TsSections associations = new TsSections(this::association);
    private TsSections maps = new TsSections(this::map);
    private byte[] association = {};
    private byte[] map = {};
    private int mapPid = TsProgram.NONE;
    private int number;
    private @Nullable TsProgram program;
    private boolean changed;

    /** Returns the program, or {@code null} before its tables are complete. */
    @Nullable
    TsProgram program() {
        return program;
    }

    boolean isTable(int pid) {
        return pid == 0 || pid == mapPid;
    }

    /** Reads a packet of a PID that {@link #isTable}; returns whether the program has changed. */
    boolean packet(byte[] data, int packet, int pid) {
        changed = false;
        (pid == 0 ? associations : maps).packet(data, packet);
        return changed;
    }

    private void association(byte[] section) {
        if (section[0] != ASSOCIATION || !current(section) || Arrays.equals(section, association)) {
            return;
        }
        for (int at = 8; at + 4 <= section.length - CRC; at += 4) {
            // Program number 0 refers to the network information table.
            if (BigEndian.uint16(section, at) != 0) {
                association = section;
                number = BigEndian.uint16(section, at);
                mapPid = BigEndian.uint16(section, at + 2) & 0x1fff;
                maps = new TsSections(this::map);
                map = new byte[0];
                return;
            }
        }
    }

    private void map(byte[] section) {
        boolean relevant = section[0] == MAP && current(section) && BigEndian.uint16(section, 3) == number;
        if (!relevant || Arrays.equals(section, map)) {
            return;
        }
        map = section;
        TsWriter tables = new TsWriter();
        tables.section(0, association);
        tables.section(mapPid, map);
        TsProgram now = streams(section, tables.take());
        TsProgram before = program;
        changed |= before == null || !Arrays.equals(before.tables(), now.tables());
        program = now;
    }

    private static TsProgram streams(byte[] map, byte[] tables) {
        int videoPid = TsProgram.NONE;
        int videoType = TsProgram.NONE;
        int audioPid = TsProgram.NONE;
        int audioType = TsProgram.NONE;
        int end = map.length - CRC;
        int at = 12 + (BigEndian.uint16(map, 10) & 0xfff);
        boolean bluRay = TsAudioTypes.isBluRay(map, 12, Math.min(at, end));
        while (at + 5 <= end) {
            int type = map[at] & 0xff;
            int pid = BigEndian.uint16(map, at + 1) & 0x1fff;
            int next = at + 5 + (BigEndian.uint16(map, at + 3) & 0xfff);
            if (videoPid == TsProgram.NONE && isVideo(type)) {
                videoPid = pid;
                videoType = type;
            } else if (audioPid == TsProgram.NONE
                    && TsAudioTypes.isAudio(type, bluRay, map, at + 5, Math.min(next, end))) {
                audioPid = pid;
                audioType = type;
            }
            at = next;
        }
        return new TsProgram(videoPid, videoType, audioPid, audioType, tables);
    }

    /** Returns whether a {@code stream_type} is MPEG-1, MPEG-2, MPEG-4, H.264, HEVC, VVC, AVS or VC-1. */
    private static boolean isVideo(int type) {
        return switch (type) {
            case 0x01, 0x02, 0x10, TsProgram.H264, TsProgram.HEVC, 0x33, 0x42, 0xd2, 0xea -> true;
            default -> false;
        };
    }

    /** Returns {@code current_next_indicator}: whether the section is valid already. */
    private static boolean current(byte[] section) {
        return (section[5] & 0x01) != 0;
    }
}
