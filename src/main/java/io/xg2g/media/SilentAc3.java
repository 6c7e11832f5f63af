package io.xg2g.media;

import java.util.HexFormat;

/**
 * Silent frames of AC-3 and E-AC-3 with 5.1 channels at 48 kHz and 96 kbit/s, which replace missing frames. ffmpeg has encoded
 * them.
 */
final class SilentAc3 {
    private static final byte[] AC3 = bytes("""
            0b77f1c40c40ebf8403efe004202020840404108080821010104202020555e3e7cf9f3e7cf9f3e7cf9f7fceaf9f3e7cf
            9f3e7cf9f1ff3abe7cf9f3e7cf9f3e7c7fceaf9f3e7cf9f3e7cf9f1ff3abe7cf9f3e7cf9f3e7c7fceaf9f3e7cf9f3e7c
            f9f1ff3ae5fdd4891224489124000000dad6b5ad6b40000dad6b5ad680001b5ad6b5ad000036b5ad6b5ad000036b5ad6
            b5a000060f80000000000dad6b5ad6b40000dad6b5ad680001b5ad6b5ad000036b5ad6b5ad000036b5ad6b5a000060f8
            0000000000dad6b5ad6b40000dad6b5ad680001b5ad6b5ad000036b5ad6b5ad000036b5ad6b5a000060f80000000000d
            ad6b5ad6b40000dad6b5ad680001b5ad6b5ad000036b5ad6b5ad000036b5ad6b5a000060f80000000000dad6b5ad6b40
            000dad6b5ad680001b5ad6b5ad000036b5ad6b5ad000036b5ad6b5a000060f80000000000dad6b5ad6b40000dad6b5ad
            680001b5ad6b5ad000036b5ad6b5ad000036b5ad6b5a0000600000000000000000000000000000000000000000008902
            """);

    private static final byte[] EAC3 = bytes("""
            0b7700bf3f87c000200000000200000003b01f000404040101010040404010101004040418f9f3e7cf9f3e7cf9f3e7df
            f3abe7cf9f3e7cf9f3e7c7fceaf9f3e7cf9f3e7cf9f1ff3abe7cf9f3e7cf9f3e7c7fceaf9f3e7cf9f3e7cf9f1ff3abe7
            cf9f3e7cf9f3e7c7fcea00000036b5ad6b5ad7c00001b5ad6b5ad7c00001b5ad6b5ad7c00001b5ad6b5ad6be00000dad
            6b5ad6be00000c0000001b5ad6b5ad6be00000dad6b5ad6be00000dad6b5ad6be00000dad6b5ad6b5f000006d6b5ad6b
            5f0000060000000dad6b5ad6b5f000006d6b5ad6b5f000006d6b5ad6b5f000006d6b5ad6b5af8000036b5ad6b5af8000
            0300000006d6b5ad6b5af8000036b5ad6b5af8000036b5ad6b5af8000036b5ad6b5ad7c00001b5ad6b5ad7c000018000
            00036b5ad6b5ad7c00001b5ad6b5ad7c00001b5ad6b5ad7c00001b5ad6b5ad6be00000dad6b5ad6be00000c0000001b5
            ad6b5ad6be00000dad6b5ad6be00000dad6b5ad6be00000dad6b5ad6b5f000006d6b5ad6b5f000006000000000006892
            """);

    private SilentAc3() {}

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex.replace("\n", ""));
    }

    /** Returns a frame. Must not be modified. */
    static byte[] frame(boolean enhanced) {
        return enhanced ? EAC3 : AC3;
    }
}
