package io.xg2g.media;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/** NAL units of H.264 and HEVC, in the byte stream of their annexes B and with their lengths in front as in MP4. */
final class NalUnits {

    /** Where a NAL unit lies, without its start code. */
    record Unit(int from, int to) {
        int length() {
            return to - from;
        }
    }

    private static final int NONE = -1;

    private NalUnits() {}

    /** The bytes of the elementary stream in a picture's packets. */
    static byte[] elementary(byte[] packets) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(packets.length);
        for (int packet = 0; packet + TsPacket.SIZE <= packets.length; packet += TsPacket.SIZE) {
            int body = Pes.body(packets, packet);
            out.write(packets, body, packet + TsPacket.SIZE - body);
        }
        return out.toByteArray();
    }

    /** The NAL units between start codes, without the zeros behind them (ISO/IEC 14496-10, B.1.1); none is empty. */
    static List<Unit> annexB(byte[] data) {
        List<Unit> units = new ArrayList<>();
        int start = NONE;
        int at = 0;
        while (at + 2 < data.length) {
            if ((data[at + 2] & 0xff) > 1) {
                // No start code has this byte as one of its three.
                at += 3;
            } else if (data[at] == 0 && data[at + 1] == 0 && data[at + 2] == 1) {
                add(units, data, start, at);
                start = at + 3;
                at = start;
            } else {
                at++;
            }
        }
        add(units, data, start, data.length);
        return units;
    }

    private static void add(List<Unit> units, byte[] data, int from, int to) {
        int end = to;
        while (from != NONE && end > from && data[end - 1] == 0) {
            end--;
        }
        if (from != NONE && end > from) {
            units.add(new Unit(from, end));
        }
    }

    /** The NAL units of a sample, each behind its length of so many bytes (ISO/IEC 14496-15, 5.3.4.2). */
    static List<Unit> lengthPrefixed(byte[] data, int offset, int size, int lengthBytes) throws MalformedMedia {
        List<Unit> units = new ArrayList<>();
        int end = offset + size;
        int at = offset;
        while (at < end) {
            long length = 0;
            for (int i = 0; i < lengthBytes && at + i < end; i++) {
                length = (length << 8) | (data[at + i] & 0xff);
            }
            at += lengthBytes;
            if (length > end - at) {
                throw new MalformedMedia("a NAL unit is longer than its sample");
            }
            if (length > 0) {
                units.add(new Unit(at, at + (int) length));
            }
            at += (int) length;
        }
        return units;
    }
}
