package io.xg2g.media;

import java.util.Arrays;

/** Silent AAC frames, which replace missing frames. */
public final class SilentAac {
    /**
     * A channel pair with a common window, no scale factor band, gain 0 in both channels, and the end mark: 8 bits, 35
     * zero bits, {@code 111} (ISO/IEC 14496-3, 4.4.2.1).
     */
    private static final byte[] STEREO = {0x21, 0, 0, 0, 0, 0x1c};

    /** A single channel, likewise: 29 zero bits, {@code 111}. */
    private static final byte[] MONO = {0, 0, 0, 0x07};

    private SilentAac() {}

    /**
     * Returns a frame in ADTS.
     *
     * @param format that of the frames around it: AAC-LC of one or two channels
     * @throws IllegalArgumentException if it has more channels
     */
    public static byte[] frame(AdtsHeader format) {
        byte[] block = switch (format.channels()) {
            case 1 -> MONO;
            case 2 -> STEREO;
            default -> throw new IllegalArgumentException("silence has 1 or 2 channels, not " + format.channels());
        };
        int length = AdtsHeader.MIN_BYTES + block.length;
        byte[] frame = Arrays.copyOf(
                new byte[] {
                    (byte) 0xff,
                    // MPEG-4, layer 0, no checksum.
                    (byte) 0xf1,
                    (byte) (format.profile() << 6 | format.rateIndex() << 2),
                    (byte) (format.channels() << 6),
                    (byte) (length >> 3),
                    // adts_buffer_fullness of all ones: variable bit rate.
                    (byte) (length << 5 | 0x1f),
                    (byte) 0xfc
                },
                length);
        System.arraycopy(block, 0, frame, AdtsHeader.MIN_BYTES, block.length);
        return frame;
    }
}
