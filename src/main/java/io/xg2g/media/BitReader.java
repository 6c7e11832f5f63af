package io.xg2g.media;

/** Bit reader of a NAL unit's payload that skips emulation prevention bytes (ISO/IEC 14496-10, 7.3.1 and 9.1). */
final class BitReader {
    private static final int MAX_CODE_BITS = 32;

    private final byte[] data;
    private final int end;
    private int at;
    private int zeros;
    private int bit = 8;

    /** @param from where the payload starts, behind the NAL unit's header */
    BitReader(byte[] data, int from, int to) {
        this.data = data;
        this.at = from - 1;
        this.end = to;
    }

    int bit() throws MalformedMedia {
        if (bit == 8) {
            next();
        }
        return (data[at] >> (7 - bit++)) & 1;
    }

    int bits(int count) throws MalformedMedia {
        int value = 0;
        for (int i = 0; i < count; i++) {
            value = (value << 1) | bit();
        }
        return value;
    }

    /** {@code ue(v)}. */
    int unsigned() throws MalformedMedia {
        int length = 0;
        while (bit() == 0) {
            if (++length >= MAX_CODE_BITS) {
                throw new MalformedMedia("a number in a parameter set is too long");
            }
        }
        long value = (1L << length) - 1 + (bits(length) & 0xffffffffL);
        if (value > Integer.MAX_VALUE) {
            throw new MalformedMedia("a number in a parameter set is too large");
        }
        return (int) value;
    }

    /** {@code se(v)}. */
    int signed() throws MalformedMedia {
        int code = unsigned();
        return (code & 1) == 0 ? -(code >> 1) : (code >> 1) + 1;
    }

    private void next() throws MalformedMedia {
        at++;
        if (zeros >= 2 && at < end && data[at] == 3) {
            at++;
            zeros = 0;
        }
        if (at >= end) {
            throw new MalformedMedia("a parameter set is truncated");
        }
        zeros = data[at] == 0 ? zeros + 1 : 0;
        bit = 0;
    }
}
