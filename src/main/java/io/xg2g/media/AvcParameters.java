package io.xg2g.media;

/**
 * H.264 sequence parameter set (ISO/IEC 14496-10, 7.3.2.1.1), as far as it decides whether a player supports the video.
 *
 * @param profile {@code profile_idc}
 * @param constraints the byte of {@code constraint_set} flags
 * @param level {@code level_idc}: 42 for 4.2
 * @param simple whether it is 4:2:0 of 8 bits
 * @param progressive {@code frame_mbs_only_flag}
 * @param width in pixels, cropped
 * @param height in pixels, cropped
 */
record AvcParameters(
        int profile, int constraints, int level, boolean simple, boolean progressive, int width, int height) {
    static final int BASELINE = 66;
    static final int MAIN = 77;
    static final int HIGH = 100;

    private static final int MACROBLOCK = 16;
    private static final int MAX_SIZE = 1 << 14;
    private static final int MAX_REFERENCES = 255;

    /** @param from where the NAL unit starts, with its header */
    static AvcParameters of(byte[] data, int from, int to) throws MalformedMedia {
        BitReader bits = new BitReader(data, from + 1, to);
        int profile = bits.bits(8);
        int constraints = bits.bits(8);
        int level = bits.bits(8);
        bits.unsigned();
        boolean simple = profile == BASELINE || profile == MAIN || (profile == HIGH && simple(bits));
        if (!simple) {
            return new AvcParameters(profile, constraints, level, false, false, 0, 0);
        }
        bits.unsigned();
        skipOrder(bits);
        bits.unsigned();
        bits.bit();
        long columns = bits.unsigned() + 1L;
        long units = bits.unsigned() + 1L;
        boolean progressive = bits.bit() == 1;
        if (!progressive) {
            bits.bit();
        }
        bits.bit();
        long width = columns * MACROBLOCK;
        long height = units * MACROBLOCK * (progressive ? 1 : 2);
        if (bits.bit() == 1) {
            // In 4:2:0, columns are cropped by twos, and so are the lines of a frame or of each field.
            width -= 2L * bits.unsigned() + 2L * bits.unsigned();
            height -= (progressive ? 2L : 4L) * ((long) bits.unsigned() + bits.unsigned());
        }
        if (width <= 0 || height <= 0 || width > MAX_SIZE || height > MAX_SIZE) {
            throw new MalformedMedia("a parameter set has a frame of " + width + "x" + height);
        }
        return new AvcParameters(profile, constraints, level, true, progressive, (int) width, (int) height);
    }

    /** Reads the fields of High and higher profiles, to their end only if they are 4:2:0 of 8 bits. */
    private static boolean simple(BitReader bits) throws MalformedMedia {
        if (bits.unsigned() != 1 || bits.unsigned() != 0 || bits.unsigned() != 0) {
            return false;
        }
        bits.bit();
        if (bits.bit() == 1) {
            for (int list = 0; list < 8; list++) {
                if (bits.bit() == 1) {
                    skipScaling(bits, list < 6 ? 16 : 64);
                }
            }
        }
        return true;
    }

    /** 7.3.2.1.1.1. */
    private static void skipScaling(BitReader bits, int size) throws MalformedMedia {
        int last = 8;
        int next = 8;
        for (int i = 0; i < size && next != 0; i++) {
            next = (last + bits.signed()) & 0xff;
            last = next == 0 ? last : next;
        }
    }

    /** Reads {@code pic_order_cnt_type} and its fields. */
    private static void skipOrder(BitReader bits) throws MalformedMedia {
        int type = bits.unsigned();
        if (type == 0) {
            bits.unsigned();
        } else if (type == 1) {
            bits.bit();
            bits.signed();
            bits.signed();
            int count = bits.unsigned();
            if (count > MAX_REFERENCES) {
                throw new MalformedMedia("a parameter set counts " + count + " frames in a cycle");
            }
            for (int i = 0; i < count; i++) {
                bits.signed();
            }
        }
    }
}
