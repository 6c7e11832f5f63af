package io.xg2g.receiver;

import java.nio.file.Path;
import java.time.Duration;

/** What a port of the {@link ReceiverSimulator} does with a request. Credentials and HEAD are dealt with before. */
public sealed interface SimulatedAnswer {

    /** 200 and the file, over and over, in real time; beginning after a delay, as a relay does. */
    record Stream(Path file, Duration delay) implements SimulatedAnswer {}

    /** The same with scrambling bits, and payload that nobody can read. */
    record Scrambled(Path file) implements SimulatedAnswer {}

    /** 200, {@code Content-Type: video/mpeg}, and an HTML page. */
    record Html() implements SimulatedAnswer {}

    /** A status with a short text. */
    record Status(int status) implements SimulatedAnswer {}

    /** 200 and then nothing, as for a channel without a signal. */
    record Silence() implements SimulatedAnswer {}

    /** Nothing at all, while the connection stays. */
    record Hang() implements SimulatedAnswer {}

    /** Closes the connection without a byte. */
    record Close() implements SimulatedAnswer {}

    /** 200, three packets of the file, and the end. */
    record Broken(Path file) implements SimulatedAnswer {}

    /** {@link Stream} without a delay. */
    static SimulatedAnswer stream(Path file) {
        return new Stream(file, Duration.ZERO);
    }
}
