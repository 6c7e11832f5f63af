package io.xg2g.ingest;

import java.util.function.LongUnaryOperator;

/**
 * Judges the times of the audio that comes out of a segmenter.
 *
 * <p>A damaged audio frame can decode as one of another sample rate. ffmpeg 5 then scales its time by the ratio of the
 * rates, which can lie hours ahead; its muxer withholds such a frame, and all audio behind it, until the video gets there.
 *
 * <p>One thread calls {@link #video} and {@link #follows}; any may call {@link #isWithheld}.
 */
final class AudioTimes {
    /** How far audio may lie from the video, or from the audio before it where there is no video: 5 s of 90 kHz ticks. */
    static final long MOST_APART = 5 * 90_000;

    private static final long NONE = Long.MIN_VALUE;

    private volatile long video = NONE;
    private volatile long audio = NONE;

    /** A picture has come out, decoded at that time. */
    void video(long dts) {
        video = dts;
    }

    /** Whether an audio frame that has come out can be where its time says; if not, the segmenter has to start anew. */
    boolean follows(long pts) {
        long reference = video == NONE ? audio : video;
        if (reference != NONE && Math.abs(pts - reference) > MOST_APART) {
            return false;
        }
        audio = pts;
        return true;
    }

    /**
     * Whether video has come out for long without the audio that belongs to it, though the segmenter was given it.
     *
     * @param fedAfter how much later than a time the latest audio lies that the segmenter was given
     */
    boolean isWithheld(LongUnaryOperator fedAfter) {
        return audio != NONE && video != NONE && video - audio > MOST_APART && fedAfter.applyAsLong(audio) > MOST_APART;
    }
}
