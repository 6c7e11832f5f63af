package io.xg2g.ingest;

import io.xg2g.ffmpeg.RtspTransport;
import io.xg2g.source.SourceHeaders;

/**
 * Options of a network source.
 *
 * @param headers of its HTTP requests
 * @param transport of the media, if it is an RTSP source
 */
public record NetworkOptions(SourceHeaders headers, RtspTransport transport) {
    /** No headers, and the transport that the source accepts. */
    public static final NetworkOptions DEFAULT = new NetworkOptions(SourceHeaders.NONE, RtspTransport.AUTO);
}
