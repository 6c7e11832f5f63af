package io.xg2g.media;

import java.util.Optional;

/**
 * Header of an ADTS frame with one block of AAC (ISO/IEC 14496-3, 1.A.2.2).
 *
 * @param profile object type minus one; 1 is AAC-LC
 * @param sampleRate in Hz
 * @param channels 1 to 8; a frame that describes its channels in its data (configuration 0) is not accepted
 * @param frameLength header and data in bytes
 * @param headerLength 7, or 9 with a checksum
 */
public record AdtsHeader(int profile, int sampleRate, int channels, int frameLength, int headerLength) {

    /** Samples of each channel in a frame. */
    public static final int SAMPLES = 1024;

    static final int MIN_BYTES = 7;
    static final int MAX_FRAME_BYTES = (1 << 13) - 1;

    private static final int[] RATES = {
        96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000, 7_350
    };
    private static final int EIGHT_CHANNELS = 7;

    /** Reads the header at an offset; empty if there is none, or if its frame has several blocks. */
    public static Optional<AdtsHeader> parse(byte[] data, int offset) {
        if (offset < 0 || data.length - offset < MIN_BYTES) {
            return Optional.empty();
        }
        int second = data[offset + 1] & 0xff;
        int third = data[offset + 2] & 0xff;
        int fourth = data[offset + 3] & 0xff;
        int rate = (third >> 2) & 0x0f;
        int configuration = ((third & 0x01) << 2) | (fourth >> 6);
        int length = ((fourth & 0x03) << 11) | (BigEndian.uint16(data, offset + 4) >> 5);
        int header = (second & 0x01) != 0 ? MIN_BYTES : MIN_BYTES + 2;
        // Twelve bits of synchronisation, any version, layer 0.
        boolean synced = (data[offset] & 0xff) == 0xff && (second & 0xf6) == 0xf0;
        boolean oneBlock = (data[offset + 6] & 0x03) == 0;
        if (!synced || !oneBlock || rate >= RATES.length || configuration == 0 || length < header) {
            return Optional.empty();
        }
        int channels = configuration == EIGHT_CHANNELS ? 8 : configuration;
        return Optional.of(new AdtsHeader(third >> 6, RATES[rate], channels, length, header));
    }

    /** Returns whether frames of both may be in one track. */
    public boolean sameFormat(AdtsHeader other) {
        return profile == other.profile && sampleRate == other.sampleRate && channels == other.channels;
    }

    /** Returns {@code sampling_frequency_index} (1.6.3.4). */
    int rateIndex() {
        int index = 0;
        while (RATES[index] != sampleRate) {
            index++;
        }
        return index;
    }

    int channelConfiguration() {
        return channels == 8 ? EIGHT_CHANNELS : channels;
    }
}
