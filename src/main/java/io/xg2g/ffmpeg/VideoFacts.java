package io.xg2g.ffmpeg;

import java.time.Duration;
import java.util.List;

/**
 * Properties of an output. Times are in seconds.
 *
 * @param frames number of frames
 * @param firstTime presentation time of the first frame
 * @param duration playing time of the video
 * @param keyframes presentation times of the keyframes, ascending
 * @param audio whether it has audio
 */
record VideoFacts(int frames, double firstTime, double duration, List<Double> keyframes, boolean audio) {
    VideoFacts {
        keyframes = List.copyOf(keyframes);
    }

    /** Returns the average duration of a frame. */
    double frameTime() {
        return frames > 0 ? duration / frames : 0;
    }

    Duration playingTime() {
        return Duration.ofNanos(Math.round(duration * 1e9));
    }
}
