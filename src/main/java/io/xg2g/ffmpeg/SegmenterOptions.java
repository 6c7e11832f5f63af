package io.xg2g.ffmpeg;

/**
 * What a channel's segmenter makes of its source.
 *
 * @param video whether the source has video, which is copied
 * @param audio whether the source has audio, which becomes AAC-LC, 48 kHz, stereo. A stream that is announced but never
 *     sent would keep the segmenter from beginning, so this is what was seen, not what was announced.
 */
public record SegmenterOptions(boolean video, boolean audio) {

    /**
     * Checks that something is left.
     *
     * @throws IllegalArgumentException if there is neither video nor audio
     */
    public SegmenterOptions {
        if (!video && !audio) {
            throw new IllegalArgumentException("a segmenter needs video or audio");
        }
    }
}
