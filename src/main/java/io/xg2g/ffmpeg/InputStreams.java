package io.xg2g.ffmpeg;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Streams of an input that are played: the first usable video, and the audio of its program.
 *
 * <p>A stream is usable if its header is complete: one that is announced and never sent, or whose first picture is missing,
 * is not.
 *
 * @param format ffmpeg's name of the demuxer
 * @param duration playing time according to the container; zero if unknown
 * @param video {@code null} if there is no usable video
 * @param audio usable audio, the main audio first
 * @param problem why there is no usable video, as one sentence; empty if there is one
 */
record InputStreams(
        String format,
        Duration duration,
        MediaInfo.@Nullable Video video,
        List<MediaInfo.Audio> audio,
        String problem) {

    InputStreams {
        audio = List.copyOf(audio);
    }

    /** Returns the main audio, or {@code null} if there is no usable audio. */
    MediaInfo.@Nullable Audio mainAudio() {
        return audio.isEmpty() ? null : audio.getFirst();
    }

    /** Returns the result of the inspection of an input that must have video. */
    Inspection asVideo() {
        return video == null
                ? new Inspection.Rejected(Failure.unsupported(problem))
                : new Inspection.Accepted(new MediaInfo(format, duration, video, mainAudio()));
    }
}
