package io.xg2g.receiver;

import io.xg2g.redaction.Redaction;
import io.xg2g.source.SourceHeaders;
import java.net.URI;
import java.util.Map;

/** Result of looking for the stream of a service. */
public sealed interface Detection {

    /**
     * The stream was found.
     *
     * @param address URL that returns MPEG-TS; without credentials
     * @param port port of the URL
     * @param headers request headers; may contain credentials, so {@link #toString} omits them
     */
    record Found(URI address, int port, Map<String, String> headers) implements Detection {
        public Found {
            headers = Map.copyOf(headers);
        }

        @Override
        public String toString() {
            return "Found[" + address + "]";
        }
    }

    /**
     * The service is a network stream, which is not read from the receiver.
     *
     * @param address URL of the stream
     * @param headers of its requests
     */
    record External(URI address, SourceHeaders headers) implements Detection {

        @Override
        public String toString() {
            return "External[" + Redaction.url(address) + "]";
        }
    }

    /**
     * No port returned a stream.
     *
     * @param error most specific error of all ports
     * @param detail result of each port, for people; without credentials
     * @param retryable whether a later attempt can succeed without a change of the configuration
     */
    record NotFound(DetectionError error, String detail, boolean retryable) implements Detection {}
}
