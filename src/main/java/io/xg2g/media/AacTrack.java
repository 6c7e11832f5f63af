package io.xg2g.media;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * AAC track in CMAF. Its timescale is the sample rate, so that times are whole numbers of samples. Immutable and thread-safe.
 */
public final class AacTrack {
    private static final int AUDIO_ISO_14496_3 = 0x40;
    /** Stream type audio, not upstream, and the reserved bit (ISO/IEC 14496-1, 7.2.6.6). */
    private static final int AUDIO_STREAM = 0x15;

    private final AdtsHeader header;

    /** @param header that of any frame of the track: all have the same profile, rate and channels */
    public AacTrack(AdtsHeader header) {
        this.header = header;
    }

    /** Returns the RFC 6381 name of the codec, for instance {@code mp4a.40.2}. */
    public String codec() {
        return "mp4a.40." + objectType();
    }

    /** Returns the timescale: the sample rate in Hz. */
    public int timescale() {
        return header.sampleRate();
    }

    /** Returns the initialization segment; each call returns the same bytes. */
    public byte[] init() {
        Mp4Writer entry = new Mp4Writer();
        entry.box("mp4a", () -> {
            entry.zeros(6).int16(1).zeros(8);
            entry.int16(header.channels()).int16(16).zeros(4);
            // 16.16 fixed point. Higher rates do not fit; decoders use the AudioSpecificConfig.
            entry.int32(header.sampleRate() <= 0xffff ? header.sampleRate() << 16 : 0);
            entry.box("esds", 0, 0, () -> descriptors(entry));
        });
        return CmafHeader.audio(header.sampleRate(), entry.bytes());
    }

    /** Writes the descriptor of the elementary stream (ISO/IEC 14496-1, 7.2.6.5 to 7.2.6.8; 14496-14, 5.6). */
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
     * Returns a media segment of one fragment.
     *
     * @param sequence {@code sequence_number}, modulo 2^32
     * @param baseTime decode time of the first frame, in samples
     * @param stretch samples by which the first frame lasts longer than its own
     * @param frames at least one, without a gap between them
     * @throws IllegalArgumentException if there are none, or one has another profile, rate or number of channels
     */
    public byte[] fragment(long sequence, long baseTime, int stretch, List<AacFrame> frames) {
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
        if (stretch == 0) {
            return CmafFragment.uniform(sequence, baseTime, AdtsHeader.SAMPLES, sizes, data.toByteArray());
        }
        List<CmafFragment.Entry> entries = new ArrayList<>();
        for (int i = 0; i < sizes.length; i++) {
            entries.add(new CmafFragment.Entry(AdtsHeader.SAMPLES + (i == 0 ? stretch : 0), sizes[i], true, 0));
        }
        return CmafFragment.of(sequence, baseTime, entries, data.toByteArray());
    }

    private AdtsHeader checked(byte[] adts) {
        AdtsHeader own = AdtsHeader.parse(adts, 0)
                .filter(found -> found.frameLength() == adts.length && found.frameLength() > found.headerLength())
                .orElseThrow(() ->
                        new IllegalArgumentException("a frame of " + adts.length + " bytes is not an ADTS frame"));
        if (!own.sameFormat(header)) {
            throw new IllegalArgumentException("the frame is " + own + ", but the track is " + header);
        }
        return own;
    }

    private int objectType() {
        return header.profile() + 1;
    }
}
