package io.xg2g.ingest;

import io.xg2g.media.Ticks;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Plausibility check of the presentation times of a segmenter's audio tracks.
 *
 * <p>A damaged audio frame can decode as one of another sample rate. ffmpeg 5 then scales its time by the ratio of the
 * rates, which can lie hours ahead; its muxer withholds such a frame, and all audio behind it, until the video gets
 * there.
 *
 * <p>One thread calls {@link #video} and {@link #follows}; any may call {@link #isWithheld}.
 */
final class AudioTimes {
    /** Maximum distance from the latest video frame, or from the previous audio frame without video; 90 kHz ticks. */
    static final long MAX_DISTANCE = 5L * Ticks.PER_SECOND;

    private static final long NONE = Long.MIN_VALUE;

    /** Received audio of the source. */
    interface Fed {
        /** Returns by how many ticks the latest audio of a track is later than a time. */
        long after(int track, long time);
    }

    private volatile long video = NONE;

    /** Latest times by track. */
    private final Map<Integer, Long> audio = new ConcurrentHashMap<>();

    /** Records the decoding time of the latest video frame. */
    void video(long dts) {
        video = dts;
    }

    /**
     * Checks the time of a track's next audio frame.
     *
     * @return false if it is too far from the reference; the segmenter must be restarted
     */
    boolean follows(int track, long pts) {
        long reference = video == NONE ? audio.getOrDefault(track, NONE) : video;
        if (reference != NONE && Math.abs(pts - reference) > MAX_DISTANCE) {
            return false;
        }
        audio.put(track, pts);
        return true;
    }

    /**
     * Returns whether the segmenter outputs video without the corresponding audio of a track, although its input contained that
     * audio.
     */
    boolean isWithheld(Fed fed) {
        long now = video;
        return now != NONE
                && audio.entrySet().stream()
                        .anyMatch(track -> now - track.getValue() > MAX_DISTANCE
                                && fed.after(track.getKey(), track.getValue()) > MAX_DISTANCE);
    }
}
