package io.xg2g.source;

import java.net.URI;
import java.util.concurrent.CompletableFuture;

/** What a child process reads one source through, so that it speaks with nobody but this program. */
public sealed interface Relay extends AutoCloseable permits HttpRelay, RtspRelay {
    /** Where every relay listens, and nowhere else. */
    String HOST = "127.0.0.1";

    /** What the child is given instead of the source: on loopback, without credentials. */
    URI address();

    /** Completed with the first refusal of something that the source led to. */
    CompletableFuture<SourceNotAllowed> refused();

    /** Ends everything that is read through it. */
    @Override
    void close();
}
