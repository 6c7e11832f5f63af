package io.xg2g.media;

import java.io.ByteArrayOutputStream;

/**
 * Decoder configuration of H.264 or HEVC from an initialization segment.
 *
 * @param hevc whether it is HEVC, otherwise H.264
 * @param lengthBytes size of the length before each NAL unit, in bytes
 * @param sets parameter sets, each with a start code
 */
@SuppressWarnings("ArrayRecordComponent") // Immutable by convention.
record NalConfiguration(boolean hevc, int lengthBytes, byte[] sets) {
    static final byte[] START_CODE = {0, 0, 0, 1};

    static NalConfiguration of(byte[] init) throws MalformedMedia {
        Mp4Box box = Mp4VideoTrack.of(init).configuration();
        ByteArrayOutputStream sets = new ByteArrayOutputStream();
        if (box.is("avcC")) {
            // AVCDecoderConfigurationRecord (ISO/IEC 14496-15, 5.3.3.1): two arrays.
            int at = units(box, 6, box.int8(5) & 0x1f, sets);
            units(box, at + 1, box.int8(at), sets);
            return new NalConfiguration(false, 1 + (box.int8(4) & 3), sets.toByteArray());
        }
        if (box.is("hvcC")) {
            // HEVCDecoderConfigurationRecord (8.3.3.1): a counted list of arrays, each with its type.
            int at = 23;
            for (int array = box.int8(22); array > 0; array--) {
                at = units(box, at + 3, box.int16(at + 1), sets);
            }
            return new NalConfiguration(true, 1 + (box.int8(21) & 3), sets.toByteArray());
        }
        throw new MalformedMedia("MPEG-TS output supports H.264 and HEVC only");
    }

    /** Reads NAL units, and returns the offset of what follows. */
    private static int units(Mp4Box box, int start, int count, ByteArrayOutputStream sets) throws MalformedMedia {
        int at = start;
        for (int i = 0; i < count; i++) {
            int length = box.int16(at);
            sets.writeBytes(START_CODE);
            sets.write(box.data(), box.position(at + 2, length), length);
            at += 2 + length;
        }
        return at;
    }

    int streamType() {
        return hevc ? TsProgram.HEVC : TsProgram.H264;
    }

    /** {@code nal_unit_type} by the first byte of a unit. */
    private int type(byte unit) {
        return hevc ? (unit >> 1) & 0x3f : unit & 0x1f;
    }

    boolean isDelimiter(byte unit) {
        return type(unit) == (hevc ? 35 : 9);
    }

    boolean isParameterSet(byte unit) {
        return type(unit) == (hevc ? 33 : 7);
    }

    /** Returns an access unit delimiter that allows every slice type, with its start code. */
    byte[] delimiter() {
        return hevc ? new byte[] {0, 0, 0, 1, 0x46, 0x01, 0x50} : new byte[] {0, 0, 0, 1, 0x09, (byte) 0xf0};
    }
}
