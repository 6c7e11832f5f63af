package io.xg2g.media;

import java.util.Optional;

/** AAC track in CMAF. Immutable and thread-safe. */
public final class AacTrack implements CmafAudio {
    /** That of the segmenter, 128 kbit/s, and a quarter for its variation. */
    private static final int MAX_BITRATE = 160_000;

    private static final int AUDIO_ISO_14496_3 = 0x40;
    /** Stream type audio, not upstream, and the reserved bit (ISO/IEC 14496-1, 7.2.6.6). */
    private static final int AUDIO_STREAM = 0x15;

    private final AdtsHeader header;

    /** @param header that of any frame of the track: all have the same profile, rate and channels */
    public AacTrack(AdtsHeader header) {
        this.header = header;
    }

    /** Returns for instance {@code mp4a.40.2}. */
    @Override
    public String codec() {
        return "mp4a.40." + objectType();
    }

    @Override
    public int timescale() {
        return header.sampleRate();
    }

    @Override
    public int channels() {
        return header.channels();
    }

    @Override
    public int frameSamples() {
        return AdtsHeader.SAMPLES;
    }

    @Override
    public int maxBitrate() {
        return MAX_BITRATE;
    }

    @Override
    public boolean accepts(AudioFrame frame) {
        return own(frame).filter(header::sameFormat).isPresent();
    }

    @Override
    public AudioFrame silence() {
        return new AacFrame(0, SilentAac.frame(header));
    }

    @Override
    public byte[] init() {
        return CmafHeader.audio(
                "mp4a",
                header.channels(),
                header.sampleRate(),
                entry -> entry.box("esds", 0, 0, () -> descriptors(entry)));
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

    @Override
    public int headerLength(AudioFrame frame) {
        AdtsHeader own = own(frame)
                .orElseThrow(() -> new IllegalArgumentException(
                        "a frame of " + frame.data().length + " bytes is not an ADTS frame"));
        if (!own.sameFormat(header)) {
            throw new IllegalArgumentException("the frame is " + own + ", but the track is " + header);
        }
        return own.headerLength();
    }

    private static Optional<AdtsHeader> own(AudioFrame frame) {
        return AdtsHeader.parse(frame.data(), 0)
                .filter(found ->
                        found.frameLength() == frame.data().length && found.frameLength() > found.headerLength());
    }

    private int objectType() {
        return header.profile() + 1;
    }
}
