package io.xg2g.source;

import java.net.URI;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

/** Relay of one source on loopback, so that a child process connects to no other host. */
public sealed interface Relay extends AutoCloseable permits HttpRelay, RtspRelay {
    /** Address on which every relay listens. */
    String HOST = "127.0.0.1";

    /** Returns the URL for the child instead of that of the source: on loopback, without credentials. */
    URI address();

    /** Completes with the first rejection of a URL that the source refers to. */
    CompletableFuture<SourceNotAllowed> refused();

    /** Returns the HTTP status of the source's latest response with media, if it was an error. */
    OptionalInt errorStatus();

    /** Returns the nanoseconds by which the source's wall clock is ahead of this machine's, if the source tells it. */
    OptionalLong clockOffset();

    /** Returns whether the source is a recording: of known length, or an HLS playlist with an end. */
    boolean isRecorded();

    /** Ends everything that is being read through the relay. */
    @Override
    void close();
}
