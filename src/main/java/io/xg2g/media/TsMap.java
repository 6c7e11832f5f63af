package io.xg2g.media;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Program map (ISO/IEC 13818-1, 2.4.4.9).
 *
 * @param number {@code program_number}
 * @param pid PID of the map
 * @param clockPid PID of the packets with the PCR; {@link TsPacket#NULL_PID} if there is none
 * @param descriptors of the program. Must not be modified.
 * @param streams in the order of the map
 * @param section the whole section. Must not be modified.
 */
@SuppressWarnings("ArrayRecordComponent") // Immutable by convention.
record TsMap(int number, int pid, int clockPid, byte[] descriptors, List<TsStream> streams, byte[] section) {
    private static final int CRC = 4;
    private static final int FIXED = 12;
    private static final int ENTRY = 5;

    /** Reads a section; entries that are truncated are left out. */
    static TsMap of(int pid, byte[] section) {
        int end = section.length - CRC;
        int at = Math.min(end, FIXED + (BigEndian.uint16(section, 10) & 0xfff));
        byte[] descriptors = Arrays.copyOfRange(section, Math.min(FIXED, at), at);
        boolean bluRay = TsAudioTypes.isBluRay(section, FIXED, at);
        List<TsStream> streams = new ArrayList<>();
        while (at + ENTRY <= end) {
            int next = at + ENTRY + (BigEndian.uint16(section, at + 3) & 0xfff);
            streams.add(TsStream.of(section, at, Math.min(next, end), bluRay));
            at = next;
        }
        return new TsMap(
                BigEndian.uint16(section, 3),
                pid,
                BigEndian.uint16(section, 8) & 0x1fff,
                descriptors,
                List.copyOf(streams),
                section);
    }

    /** Returns whether the map lists the stream, or one with its PID and type. */
    boolean has(TsStream stream) {
        return streams.stream().anyMatch(stream::isSame);
    }
}
