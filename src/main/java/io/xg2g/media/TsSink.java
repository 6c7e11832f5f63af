package io.xg2g.media;

/** Receiver of the frames of a {@link TsDemuxer}, called on the thread that feeds it. */
public interface TsSink {

    /** Receives the program, first and after each change of its tables; later frames belong to it. */
    void program(TsProgram program);

    /** Receives the next video frame, in decoding order. */
    void video(VideoFrame frame);

    /**
     * Receives the next frame of an audio stream.
     *
     * @param track index among the audio streams of the program
     */
    void audio(int track, AudioFrame frame);
}
