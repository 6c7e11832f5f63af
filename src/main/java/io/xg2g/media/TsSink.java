package io.xg2g.media;

/** What a {@link TsDemuxer} finds, told on the thread that feeds it. */
public interface TsSink {

    /** The program, at first and whenever something of it has changed; what follows belongs to it. */
    void program(TsProgram program);

    /** The next picture, in the order of decoding. */
    void video(VideoFrame picture);

    /** The next frame of audio. */
    void audio(AacFrame frame);
}
