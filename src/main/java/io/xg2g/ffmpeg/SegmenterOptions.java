package io.xg2g.ffmpeg;

import io.xg2g.media.AudioOutput;
import io.xg2g.media.TsSelection;
import java.util.List;

/**
 * Streams of a channel's segmenter.
 *
 * @param video whether the source has video, which is copied
 * @param audio tracks to make, in the order of the output: AAC-LC, 48 kHz, stereo, or copied. Only streams with packets count:
 *     the segmenter does not start while a stream of the program map has none.
 */
public record SegmenterOptions(boolean video, List<AudioOutput> audio) {

    /**
     * Checks that there is a stream.
     *
     * @throws IllegalArgumentException if there is neither video nor audio
     */
    public SegmenterOptions {
        audio = List.copyOf(audio);
        if (!video && audio.isEmpty()) {
            throw new IllegalArgumentException("a segmenter needs video or audio");
        }
    }

    /** Returns the options for the selected streams of a source. */
    public static SegmenterOptions of(TsSelection streams) {
        return new SegmenterOptions(streams.hasVideo(), streams.audioOutputs());
    }
}
