package io.xg2g.ingest;

import io.xg2g.media.AacFrame;

/**
 * Listener for the output of a channel's ingest. {@link #raw}, {@link #begun} and {@link #ended} are called by the
 * source's thread, the others by the segmenter's, and only between {@code begun} and {@code ended}.
 */
public interface IngestListener {

    /** Receives unmodified bytes of the source. */
    void raw(byte[] chunk);

    /**
     * Receives the begin of a segmenter run. Its times are unrelated to those of earlier runs.
     *
     * @param audio whether the run has audio
     */
    void begun(boolean audio);

    /** Receives the end of the run, after its last window and audio frame. */
    void ended();

    /** Receives bytes of the segmenter's transport stream; a run begins on a packet boundary. */
    void proxied(byte[] chunk);

    /** Receives the next window. */
    void window(SourceWindow window);

    /** Receives the event that a video frame of the source cannot be delivered, because no keyframe precedes it in its run. */
    void frameDiscarded();

    /** Receives the next audio frame. */
    void audio(AacFrame frame);
}
