package io.xg2g.ffmpeg;

/** Transport of the media of an RTSP source. */
public enum RtspTransport {
    /** {@link #TCP}, and {@link #UDP} if the source refuses that (461 Unsupported Transport). */
    AUTO("tcp+udp", "tcp,tls,udp,rtp"),
    /** Interleaved with the control connection. */
    TCP("tcp", "tcp,tls,rtp"),
    /** Packets of their own. */
    UDP("udp", "tcp,udp,rtp");

    private final String option;
    private final String protocols;

    RtspTransport(String option, String protocols) {
        this.option = option;
        this.protocols = protocols;
    }

    /** Returns the value of {@code -rtsp_transport}. */
    String option() {
        return option;
    }

    /** Returns the protocols that the child may use. */
    String protocols() {
        return protocols;
    }

    /** Returns whether packets of UDP may be received. */
    public boolean mayBeUdp() {
        return this != TCP;
    }
}
