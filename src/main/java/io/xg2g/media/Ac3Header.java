package io.xg2g.media;

import java.util.Optional;

/**
 * Header of a syncframe of AC-3 (ETSI TS 102 366, 4.3 and 4.4) or E-AC-3 (E.1.2, E.1.3).
 *
 * @param enhanced whether it is E-AC-3
 * @param rateCode {@code fscod}: 0 for 48 kHz, 1 for 44.1 kHz, 2 for 32 kHz
 * @param bitRateCode {@code frmsizecod / 2}; 0 for E-AC-3
 * @param bitStreamId {@code bsid}
 * @param bitStreamMode {@code bsmod}; 0 for E-AC-3
 * @param channelMode {@code acmod}
 * @param lowFrequency {@code lfeon}: whether there is a channel of low frequency effects
 * @param dependent whether it adds channels to, or is another program than, the first independent substream
 * @param samples of each channel: 256, 512, 768 or 1536
 * @param frameLength in bytes
 */
public record Ac3Header(
        boolean enhanced,
        int rateCode,
        int bitRateCode,
        int bitStreamId,
        int bitStreamMode,
        int channelMode,
        boolean lowFrequency,
        boolean dependent,
        int samples,
        int frameLength) {

    /** Samples of each channel in a frame of AC-3, and in a complete one of E-AC-3. */
    static final int SAMPLES = 1536;

    static final int MIN_BYTES = 7;

    private static final int[] RATES = {48_000, 44_100, 32_000};

    /** Bit rates in kbit/s by {@code frmsizecod / 2}. */
    private static final int[] BIT_RATES = {
        32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384, 448, 512, 576, 640
    };

    /** Channels of the main part, by {@code acmod}. */
    private static final int[] CHANNELS = {2, 1, 2, 3, 3, 4, 4, 5};

    private static final int[] BLOCKS = {1, 2, 3, 6};
    private static final int BLOCK = 256;
    private static final int MAX_AC3 = 8;
    private static final int MIN_EAC3 = 11;
    private static final int MAX_EAC3 = 16;
    private static final int THREE_FRONT = 0x1;
    private static final int SURROUND = 0x4;
    private static final int STEREO = 2;

    /** Reads the header at an offset; empty if there is none, or if its sample rate is none of the three. */
    public static Optional<Ac3Header> parse(byte[] data, int offset) {
        if (offset < 0 || data.length - offset < MIN_BYTES || BigEndian.uint16(data, offset) != 0x0b77) {
            return Optional.empty();
        }
        int id = (data[offset + 5] & 0xff) >> 3;
        if (id <= MAX_AC3) {
            return ac3(data, offset, id);
        }
        return id >= MIN_EAC3 && id <= MAX_EAC3 ? eac3(data, offset, id) : Optional.empty();
    }

    private static Optional<Ac3Header> ac3(byte[] data, int offset, int id) {
        int size = data[offset + 4] & 0xff;
        int rate = size >> 6;
        int bitRate = (size & 0x3f) >> 1;
        if (rate >= RATES.length || bitRate >= BIT_RATES.length) {
            return Optional.empty();
        }
        int length = 2 * (BIT_RATES[bitRate] * SAMPLES * 1000 / 16 / RATES[rate]);
        // Frames of 44.1 kHz have two sizes.
        length += rate == 1 ? 2 * (size & 1) : 0;
        int rest = data[offset + 6] & 0xff;
        int mode = rest >> 5;
        int skipped = (((mode & THREE_FRONT) != 0 && mode != 1) ? 2 : 0)
                + ((mode & SURROUND) != 0 ? 2 : 0)
                + (mode == STEREO ? 2 : 0);
        boolean lfe = ((rest >> (4 - skipped)) & 1) != 0;
        return Optional.of(
                new Ac3Header(false, rate, bitRate, id, data[offset + 5] & 0x07, mode, lfe, false, SAMPLES, length));
    }

    private static Optional<Ac3Header> eac3(byte[] data, int offset, int id) {
        int first = BigEndian.uint16(data, offset + 2);
        int fifth = data[offset + 4] & 0xff;
        int rate = fifth >> 6;
        // Type 1 is a dependent substream, 2 an AC-3 stream that was converted, 3 is reserved.
        int type = first >> 14;
        if (rate >= RATES.length || type == 3) {
            return Optional.empty();
        }
        boolean dependent = type == 1 || ((first >> 11) & 0x07) != 0;
        int samples = BLOCK * BLOCKS[(fifth >> 4) & 0x03];
        int length = 2 * ((first & 0x7ff) + 1);
        return length < MIN_BYTES
                ? Optional.empty()
                : Optional.of(new Ac3Header(
                        true, rate, 0, id, 0, (fifth >> 1) & 0x07, (fifth & 1) != 0, dependent, samples, length));
    }

    /** Returns the sample rate in Hz. */
    public int sampleRate() {
        return RATES[rateCode];
    }

    /** Returns the number of channels, with that of low frequency effects. */
    public int channels() {
        return CHANNELS[channelMode] + (lowFrequency ? 1 : 0);
    }

    /** Returns the bit rate in bit/s. */
    public int bitRate() {
        return (int) (8L * frameLength * sampleRate() / samples);
    }

    /** Returns whether frames of both may be in one track. Each frame says its channels, which change with the program. */
    public boolean sameFormat(Ac3Header other) {
        return enhanced == other.enhanced && rateCode == other.rateCode && samples == other.samples;
    }
}
