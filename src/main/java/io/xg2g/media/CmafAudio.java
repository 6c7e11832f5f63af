package io.xg2g.media;

import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Optional;

/** Audio track in CMAF. Its timescale is the sample rate, so that times are whole numbers of samples. Thread-safe. */
public sealed interface CmafAudio permits AacTrack, Ac3Track {

    /**
     * Returns the track that begins with a frame; empty if the frame is malformed, or of a format that is not published.
     *
     * <p>AC-3 and E-AC-3 are published in 5.1 at 48 kHz only: a stereo track has no more than its AAC.
     */
    static Optional<CmafAudio> of(AudioFrame first) {
        return switch (first) {
            case AacFrame aac -> AdtsHeader.parse(aac.adts(), 0).map(AacTrack::new);
            case Ac3Frame ac3 ->
                Ac3Header.parse(ac3.data(), 0).filter(Ac3Track::isPublished).map(Ac3Track::new);
        };
    }

    /** Returns the RFC 6381 name of the codec. */
    String codec();

    /** Returns the timescale: the sample rate in Hz. */
    int timescale();

    /** Returns the number of channels. */
    int channels();

    /** Returns the number of samples of each frame. */
    int frameSamples();

    /** Returns the maximum bit rate in bit/s. */
    int maxBitrate();

    /** Returns the initialization segment; each call returns the same bytes. */
    byte[] init();

    /** Returns whether a frame has the format of the track. */
    boolean accepts(AudioFrame frame);

    /** Returns a silent frame at time 0. */
    AudioFrame silence();

    /**
     * Returns a media segment of one fragment.
     *
     * @param sequence {@code sequence_number}, modulo 2^32
     * @param baseTime decode time of the first frame, in samples
     * @param stretch samples by which the first frame lasts longer than its own
     * @param frames at least one, without a gap between them; the track accepts each
     * @throws IllegalArgumentException if there are none, or one is not accepted
     */
    default byte[] fragment(long sequence, long baseTime, int stretch, List<? extends AudioFrame> frames) {
        if (frames.isEmpty()) {
            throw new IllegalArgumentException("a fragment has at least one frame");
        }
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        int[] sizes = new int[frames.size()];
        for (int i = 0; i < sizes.length; i++) {
            byte[] frame = frames.get(i).data();
            int start = headerLength(frames.get(i));
            sizes[i] = frame.length - start;
            data.write(frame, start, sizes[i]);
        }
        return CmafFragment.uniform(sequence, baseTime, frameSamples(), stretch, sizes, data.toByteArray());
    }

    /**
     * Returns the number of bytes at the beginning of a frame that are not in a fragment.
     *
     * @throws IllegalArgumentException if the track does not accept the frame
     */
    int headerLength(AudioFrame frame);
}
