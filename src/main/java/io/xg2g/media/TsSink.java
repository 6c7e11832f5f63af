package io.xg2g.media;

/** Receiver of the frames of a {@link TsDemuxer}, called on the thread that feeds it. */
public interface TsSink {

    /** Receives the program, first and after each change of its tables; later frames belong to it. */
    void program(TsProgram program);

    /** Receives the next video frame, in decoding order. */
    void video(VideoFrame frame);

    /** Receives the next audio frame. */
    void audio(AacFrame frame);
}
