package io.xg2g.ffmpeg;

/**
 * Options of a child that fetches a source.
 *
 * @param transport if it is an RTSP source
 * @param peerOnly whether packets of UDP are accepted from the address and port of an RTSP source only, as it announces them
 * @param encodesVideo whether the video is encoded as H.264, because MPEG-TS cannot carry it
 * @param encodesAudio whether the audio is encoded as AAC, because MPEG-TS cannot carry it; the child then writes nothing before the
 *     audio has begun
 */
public record GrabOptions(RtspTransport transport, boolean peerOnly, boolean encodesVideo, boolean encodesAudio) {
    /** Copies video and audio; RTSP over TCP. */
    public static final GrabOptions COPY = of(RtspTransport.TCP, false);

    /** Returns options that copy video and audio. */
    public static GrabOptions of(RtspTransport transport, boolean peerOnly) {
        return new GrabOptions(transport, peerOnly, false, false);
    }

    /** Returns the same options with encoded video. */
    public GrabOptions encodingVideo() {
        return new GrabOptions(transport, peerOnly, true, encodesAudio);
    }

    /** Returns the same options with encoded or copied audio. */
    public GrabOptions encodingAudio(boolean encodes) {
        return new GrabOptions(transport, peerOnly, encodesVideo, encodes);
    }
}
