package io.xg2g.media;

import java.time.Duration;
import java.util.List;

/**
 * Summary of a media file.
 *
 * @param frames number of video frames
 * @param firstTime presentation time of the first frame, in seconds
 * @param duration playing time of the video, in seconds
 * @param keyframes presentation times of the keyframes, in seconds, ascending
 * @param audio whether there is audio
 */
public record VideoFacts(int frames, double firstTime, double duration, List<Double> keyframes, boolean audio) {
    public VideoFacts {
        keyframes = List.copyOf(keyframes);
    }

    /** Returns the mean duration of a frame, in seconds. */
    public double frameTime() {
        return frames > 0 ? duration / frames : 0;
    }

    public Duration playingTime() {
        return Duration.ofNanos(Math.round(duration * 1e9));
    }
}
