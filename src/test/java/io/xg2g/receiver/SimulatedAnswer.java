package io.xg2g.receiver;

import java.nio.file.Path;
import java.time.Duration;

/** What a port of the {@link ReceiverSimulator} does with a request. Credentials and HEAD are dealt with before. */
public sealed interface SimulatedAnswer {

    /** 200 and the file in a loop, in real time; after a delay, as a relay. */
    record Stream(Path file, Duration delay) implements SimulatedAnswer {}

    /** The same with scrambling bits and scrambled payload. */
    record Scrambled(Path file) implements SimulatedAnswer {}

    /** 200, {@code Content-Type: video/mpeg}, and an HTML page. */
    record Html() implements SimulatedAnswer {}

    /** A status with a short text. */
    record Status(int status) implements SimulatedAnswer {}

    /** 200 without a body, as for a channel without a signal. */
    record Silence() implements SimulatedAnswer {}

    /** No response on an open connection. */
    record Hang() implements SimulatedAnswer {}

    /** Closes the connection without a response. */
    record Close() implements SimulatedAnswer {}

    /** 200, three packets of the file, and the end. */
    record Broken(Path file) implements SimulatedAnswer {}

    /** {@link Stream} without a delay. */
    static SimulatedAnswer stream(Path file) {
        return new Stream(file, Duration.ZERO);
    }
}
