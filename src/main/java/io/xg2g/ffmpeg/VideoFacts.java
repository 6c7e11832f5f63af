package io.xg2g.ffmpeg;

import java.time.Duration;
import java.util.List;

/**
 * What an output holds.
 *
 * @param frames number of pictures
 * @param firstTime presentation time of the first picture, in seconds
 * @param duration playing time of the video, in seconds
 * @param keyframes presentation times of the keyframes, in seconds, ascending
 * @param audio whether there is audio
 */
record VideoFacts(int frames, double firstTime, double duration, List<Double> keyframes, boolean audio) {
    VideoFacts {
        keyframes = List.copyOf(keyframes);
    }

    /** Playing time of one picture on average, in seconds. */
    double frameTime() {
        return frames > 0 ? duration / frames : 0;
    }

    Duration playingTime() {
        return Duration.ofNanos(Math.round(duration * 1e9));
    }
}
