package io.xg2g.receiver;

import java.net.URI;
import java.util.Map;

/** What is known of the address of a service's stream. */
public sealed interface Detection {

    /**
     * The stream was seen there.
     *
     * @param address where a GET gives MPEG-TS; without credentials
     * @param port the address's port
     * @param headers what to send with the GET; may hold credentials, so they are never printed
     */
    record Found(URI address, int port, Map<String, String> headers) implements Detection {
        /** Copies the headers. */
        public Found {
            headers = Map.copyOf(headers);
        }

        @Override
        public String toString() {
            return "Found[" + address + "]";
        }
    }

    /**
     * No port gave a stream.
     *
     * @param error the error that tells most
     * @param detail what each port answered, for a person; without credentials
     * @param retryable whether asking again later can help without anybody changing anything
     */
    record NotFound(DetectionError error, String detail, boolean retryable) implements Detection {}
}
