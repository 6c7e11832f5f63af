package io.xg2g.media;

import java.io.ByteArrayOutputStream;
import java.util.List;

/**
 * AAC as a CMAF track. Its timescale is the sample rate, so that every time is a whole number of samples. Immutable, for
 * any thread.
 */
public final class AacTrack {
    private static final int AUDIO_ISO_14496_3 = 0x40;
    /** Audio, downwards, and the reserved bit (ISO/IEC 14496-1, 7.2.6.6). */
    private static final int AUDIO_STREAM = 0x15;

    private final AdtsHeader header;

    /** @param header that of any of the track's frames, which agree in profile, rate and channels */
    public AacTrack(AdtsHeader header) {
        this.header = header;
    }

    /** The codec's name after RFC 6381, for instance {@code mp4a.40.2}. */
    public String codec() {
        return "mp4a.40." + objectType();
    }

    /** Ticks of the track's times in a second: the sample rate in Hz. */
    public int timescale() {
        return header.sampleRate();
    }

    /** The initialization segment; the same bytes whenever it is asked for. */
    public byte[] init() {
        Mp4Writer entry = new Mp4Writer();
        entry.box("mp4a", () -> {
            entry.zeros(6).int16(1).zeros(8);
            entry.int16(header.channels()).int16(16).zeros(4);
            // 16.16 fixed point; higher rates do not fit, and decoders read the configuration anyway.
            entry.int32(header.sampleRate() <= 0xffff ? header.sampleRate() << 16 : 0);
            entry.box("esds", 0, 0, () -> descriptors(entry));
        });
        return CmafHeader.audio(header.sampleRate(), entry.bytes());
    }

    /** One elementary stream with its decoder's configuration (ISO/IEC 14496-1, 7.2.6.5 to 7.2.6.8; 14496-14, 5.6). */
    private void descriptors(Mp4Writer out) {
        out.int8(0x03).int8(25).int16(0).int8(0);
        out.int8(0x04)
                .int8(17)
                .int8(AUDIO_ISO_14496_3)
                .int8(AUDIO_STREAM)
                .zeros(3)
                .zeros(8);
        // AudioSpecificConfig (ISO/IEC 14496-3, 1.6.2.1): 5 bits, 4 bits, 4 bits, and 3 for blocks of 1024.
        int configuration = (objectType() << 11) | (header.rateIndex() << 7) | (header.channelConfiguration() << 3);
        out.int8(0x05).int8(2).int16(configuration);
        out.int8(0x06).int8(1).int8(2);
    }

    /**
     * A media segment of one fragment.
     *
     * @param sequence the fragment's number, taken modulo 2^32
     * @param baseTime time of the first frame, in samples
     * @param frames at least one, without a gap between them
     * @throws IllegalArgumentException if there are none, or one is of another profile, rate or number of channels
     */
    public byte[] fragment(long sequence, long baseTime, List<AacFrame> frames) {
        if (frames.isEmpty()) {
            throw new IllegalArgumentException("a fragment has at least one frame");
        }
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        int[] sizes = new int[frames.size()];
        for (int i = 0; i < sizes.length; i++) {
            byte[] adts = frames.get(i).adts();
            int start = checked(adts).headerLength();
            sizes[i] = adts.length - start;
            data.write(adts, start, sizes[i]);
        }
        return CmafFragment.uniform(sequence, baseTime, AdtsHeader.SAMPLES, sizes, data.toByteArray());
    }

    private AdtsHeader checked(byte[] adts) {
        AdtsHeader own = AdtsHeader.parse(adts, 0)
                .filter(found -> found.frameLength() == adts.length && found.frameLength() > found.headerLength())
                .orElseThrow(
                        () -> new IllegalArgumentException("a frame of " + adts.length + " bytes is not one of ADTS"));
        if (!own.sameFormat(header)) {
            throw new IllegalArgumentException("the frame is " + own + ", but the track is " + header);
        }
        return own;
    }

    private int objectType() {
        return header.profile() + 1;
    }
}
