package io.xg2g.media;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/** NAL units of H.264 and HEVC: in the byte stream format of annex B, and length-prefixed as in MP4. */
final class NalUnits {

    /** Range of a NAL unit, without its start code. */
    record Unit(int from, int to) {
        int length() {
            return to - from;
        }
    }

    private static final int NONE = -1;

    private NalUnits() {}

    /** Returns the elementary stream's bytes in a frame's packets. */
    static byte[] elementary(byte[] packets) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(packets.length);
        for (int packet = 0; packet + TsPacket.SIZE <= packets.length; packet += TsPacket.SIZE) {
            int body = Pes.body(packets, packet);
            out.write(packets, body, packet + TsPacket.SIZE - body);
        }
        return out.toByteArray();
    }

    /** Returns the non-empty NAL units between start codes, without trailing zeros (ISO/IEC 14496-10, B.1.1). */
    static List<Unit> annexB(byte[] data) {
        List<Unit> units = new ArrayList<>();
        int start = NONE;
        int at = 0;
        while (at + 2 < data.length) {
            if ((data[at + 2] & 0xff) > 1) {
                // This byte is not part of a start code.
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

    /** Returns the NAL units of a sample, each after a length of {@code lengthBytes} (ISO/IEC 14496-15, 5.3.4.2). */
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
