package io.xg2g.ingest;

import io.xg2g.media.AacFrame;

/**
 * Receives what a channel's ingest produces. {@link #raw}, {@link #begun} and {@link #ended} are called by the source's
 * thread, the others by the segmenter's; between {@code ended} and the next {@code begun} the latter is silent.
 */
public interface IngestListener {

    /** Bytes of the source as they came. */
    void raw(byte[] chunk);

    /**
     * A new run of the segmenter begins; its times have nothing to do with those of the run before.
     *
     * @param audio whether audio frames will come
     */
    void begun(boolean audio);

    /** The last window and the last audio frame of the run have come. */
    void ended();

    /** Bytes of the segmenter's transport stream, with whole packets from the beginning of the run on. */
    void proxied(byte[] chunk);

    /** The next window. */
    void window(SourceWindow window);

    /** The next audio frame. */
    void audio(AacFrame frame);
}
