package io.xg2g.ffmpeg;

/**
 * Streams of a channel's segmenter.
 *
 * @param video whether the source has video, which is copied
 * @param audio whether the source has audio, which is encoded as AAC-LC, 48 kHz, stereo. Only streams with packets count: the
 *     segmenter does not start while a stream of the program map has none.
 */
public record SegmenterOptions(boolean video, boolean audio) {

    /**
     * Checks that there is a stream.
     *
     * @throws IllegalArgumentException if there is neither video nor audio
     */
    public SegmenterOptions {
        if (!video && !audio) {
            throw new IllegalArgumentException("a segmenter needs video or audio");
        }
    }
}
