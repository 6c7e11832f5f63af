package io.xg2g.ingest;

import io.xg2g.media.AudioFrame;
import io.xg2g.media.AudioTrackInfo;
import java.util.List;

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
     * @param audio tracks of the run; the first one is the default
     */
    void begun(List<AudioTrackInfo> audio);

    /** Receives the end of the run, after its last window and audio frame. */
    void ended();

    /**
     * Receives whole packets of the segmenter's transport stream: the video, and the audio that is AAC. A run begins with the
     * tables.
     */
    void proxied(byte[] chunk);

    /** Receives the next window. */
    void window(SourceWindow window);

    /** Receives the event that a video frame of the source cannot be delivered, because no keyframe precedes it in its run. */
    void frameDiscarded();

    /**
     * Receives the next frame of an audio track.
     *
     * @param track index among the tracks of the run
     */
    void audio(int track, AudioFrame frame);
}
