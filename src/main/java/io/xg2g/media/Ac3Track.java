package io.xg2g.media;

/**
 * AC-3 or E-AC-3 track in CMAF (ETSI TS 102 366, Annex F) at 48 kHz: 5.1 channels at its start, and any later. A track that ended with
 * its surround sound would be replaced by one of another codec, which FFmpeg does not decode (ADR 0039). Immutable and thread-safe.
 */
public final class Ac3Track implements CmafAudio {
    /** {@code acmod} of three front and two rear channels. */
    private static final int FIVE = 7;

    private final Ac3Header header;

    /** @param header that of any frame of the track, which {@link #isPublished} */
    public Ac3Track(Ac3Header header) {
        this.header = header;
    }

    /** Returns whether frames of this format are published: complete ones, with 5.1 channels at 48 kHz. */
    static boolean isPublished(Ac3Header header) {
        return header.channelMode() == FIVE
                && header.lowFrequency()
                && header.rateCode() == 0
                && header.samples() == Ac3Header.SAMPLES
                && !header.dependent();
    }

    @Override
    public String codec() {
        return header.enhanced() ? "ec-3" : "ac-3";
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
        return Ac3Header.SAMPLES;
    }

    @Override
    public int maxBitrate() {
        return header.bitRate();
    }

    @Override
    public boolean accepts(AudioFrame frame) {
        return Ac3Header.parse(frame.data(), 0)
                .filter(own -> own.frameLength() == frame.data().length && !own.dependent() && own.sameFormat(header))
                .isPresent();
    }

    @Override
    public AudioFrame silence() {
        return new Ac3Frame(0, SilentAc3.frame(header.enhanced()));
    }

    @Override
    public byte[] init() {
        return CmafHeader.audio(codec(), channels(), timescale(), entry -> {
            if (header.enhanced()) {
                entry.box("dec3", () -> enhanced(entry));
            } else {
                entry.box("dac3", () -> specific(entry));
            }
        });
    }

    /** Writes the contents of {@code dac3} (F.4): 24 bits. */
    private void specific(Mp4Writer out) {
        int bits = header.rateCode();
        bits = (bits << 5) | header.bitStreamId();
        bits = (bits << 3) | header.bitStreamMode();
        bits = (bits << 3) | header.channelMode();
        bits = (bits << 1) | 1;
        bits = (bits << 5) | header.bitRateCode();
        bits <<= 5;
        out.int8(bits >> 16).int16(bits);
    }

    /** Writes the contents of {@code dec3} (F.6): one independent substream, without dependent ones. */
    private void enhanced(Mp4Writer out) {
        out.int16((header.bitRate() / 1000) << 3);
        int bits = header.rateCode();
        bits = (bits << 5) | header.bitStreamId();
        // Reserved, asvc.
        bits <<= 2;
        bits = (bits << 3) | header.bitStreamMode();
        bits = (bits << 3) | header.channelMode();
        bits = (bits << 1) | 1;
        // Reserved, num_dep_sub, reserved.
        bits <<= 8;
        out.int8(bits >> 16).int16(bits);
    }

    @Override
    public int headerLength(AudioFrame frame) {
        if (!accepts(frame)) {
            throw new IllegalArgumentException("a frame of " + frame.data().length + " bytes is not one of " + header);
        }
        return 0;
    }
}
