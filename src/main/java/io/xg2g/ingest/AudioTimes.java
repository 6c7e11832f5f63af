package io.xg2g.ingest;

import java.util.function.LongUnaryOperator;

/**
 * Plausibility check of the presentation times of a segmenter's audio output.
 *
 * <p>A damaged audio frame can decode as one of another sample rate. ffmpeg 5 then scales its time by the ratio of the
 * rates, which can lie hours ahead; its muxer withholds such a frame, and all audio behind it, until the video gets
 * there.
 *
 * <p>One thread calls {@link #video} and {@link #follows}; any may call {@link #isWithheld}.
 */
final class AudioTimes {
    /** Maximum distance from the latest video frame, or from the previous audio frame without video; 90 kHz ticks. */
    static final long MAX_DISTANCE = 5 * 90_000;

    private static final long NONE = Long.MIN_VALUE;

    private volatile long video = NONE;
    private volatile long audio = NONE;

    /** Records the decoding time of the latest video frame. */
    void video(long dts) {
        video = dts;
    }

    /**
     * Checks the time of the next audio frame.
     *
     * @return false if it is too far from the reference; the segmenter must be restarted
     */
    boolean follows(long pts) {
        long reference = video == NONE ? audio : video;
        if (reference != NONE && Math.abs(pts - reference) > MAX_DISTANCE) {
            return false;
        }
        audio = pts;
        return true;
    }

    /**
     * Returns whether the segmenter outputs video without the corresponding audio, although its input contained that
     * audio.
     *
     * @param fedAfter returns by how many ticks the latest audio of the input is later than a given time
     */
    boolean isWithheld(LongUnaryOperator fedAfter) {
        return audio != NONE
                && video != NONE
                && video - audio > MAX_DISTANCE
                && fedAfter.applyAsLong(audio) > MAX_DISTANCE;
    }
}
