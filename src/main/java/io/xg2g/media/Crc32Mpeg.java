package io.xg2g.media;

/** CRC of table sections (ISO/IEC 13818-1, annex A): over a whole section with its own CRC it is 0. */
final class Crc32Mpeg {
    private static final int POLYNOMIAL = 0x04c11db7;
    private static final int[] TABLE = table();

    private Crc32Mpeg() {}

    static int of(byte[] data, int length) {
        int crc = -1;
        for (int i = 0; i < length; i++) {
            crc = (crc << 8) ^ TABLE[((crc >>> 24) ^ data[i]) & 0xff];
        }
        return crc;
    }

    private static int[] table() {
        int[] table = new int[256];
        for (int i = 0; i < 256; i++) {
            int crc = i << 24;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc << 1) ^ (crc < 0 ? POLYNOMIAL : 0);
            }
            table[i] = crc;
        }
        return table;
    }
}
