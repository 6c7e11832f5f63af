package io.xg2g.ffmpeg;

/**
 * Options of a child that fetches a source.
 *
 * @param transport if it is an RTSP source
 * @param peerOnly whether packets of UDP are accepted from the address and port of an RTSP source only, as it announces them
 * @param encoded whether the video is encoded as H.264, because MPEG-TS cannot carry it
 */
public record GrabOptions(RtspTransport transport, boolean peerOnly, boolean encoded) {
    /** Copies the video; RTSP over TCP. */
    public static final GrabOptions COPY = new GrabOptions(RtspTransport.TCP, false, false);

    /** Returns the same options with encoded video. */
    public GrabOptions encoding() {
        return new GrabOptions(transport, peerOnly, true);
    }
}
