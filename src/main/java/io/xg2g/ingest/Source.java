package io.xg2g.ingest;

import java.net.URI;
import java.nio.file.Path;

/** Where a channel's pictures come from. */
public sealed interface Source {
    /**
     * A service of an Enigma2 receiver.
     *
     * @param receiver the receiver's name in the configuration
     * @param reference the service reference, for instance {@code 1:0:19:132F:3EF:1:C00000:0:0:0:}
     */
    record Receiver(String receiver, String reference) implements Source {}

    /**
     * A camera or a stream on the network: http, https, rtsp, rtsps, srt or udp.
     *
     * @param trusted whether the operator has named it, not a client
     */
    record Network(URI uri, boolean trusted) implements Source {}

    /** A file, played over and over at its own speed. */
    record Loop(Path file) implements Source {}

    /** The built-in moving picture. */
    record Demo() implements Source {}

    /** Its name in the API. */
    default String kind() {
        return switch (this) {
            case Receiver _ -> "receiver";
            case Network(URI uri, boolean _) -> uri.getScheme();
            case Loop _ -> "file";
            case Demo _ -> "demo";
        };
    }

    /** Whether it can be read faster than it plays, so that a start need not wait for what comes next. */
    default boolean paced() {
        return this instanceof Loop || this instanceof Demo;
    }
}
