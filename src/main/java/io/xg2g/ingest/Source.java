package io.xg2g.ingest;

import java.net.URI;
import java.nio.file.Path;

/** Source of a channel's media. */
public sealed interface Source {
    /**
     * Service of an Enigma2 receiver.
     *
     * @param receiver name of the receiver in the configuration
     * @param reference service reference, for instance {@code 1:0:19:132F:3EF:1:C00000:0:0:0:}
     */
    record Receiver(String receiver, String reference) implements Source {}

    /**
     * Camera or network stream: http, https, rtsp, rtsps, rtmp, rtmps, srt, udp or rtp.
     *
     * @param trusted whether it comes from the operator's configuration, not from a client
     */
    record Network(URI uri, boolean trusted, NetworkOptions options) implements Source {
        /** Creates a source with the default options. */
        public Network(URI uri, boolean trusted) {
            this(uri, trusted, NetworkOptions.DEFAULT);
        }
    }

    /** File that is played in a loop, in real time. */
    record Loop(Path file) implements Source {}

    /** Built-in test pattern. */
    record Demo() implements Source {}

    /** Returns the kind's name in the API. */
    default String kind() {
        return switch (this) {
            case Receiver _ -> "receiver";
            case Network(URI uri, boolean _, NetworkOptions _) -> uri.getScheme();
            case Loop _ -> "file";
            case Demo _ -> "demo";
        };
    }

    /** Returns whether the source can be read faster than real time and is therefore paced by a {@link Pacer}. */
    default boolean isPaced() {
        return this instanceof Loop || this instanceof Demo;
    }
}
