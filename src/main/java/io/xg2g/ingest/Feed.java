package io.xg2g.ingest;

import java.io.IOException;
import java.time.Duration;
import java.util.OptionalLong;

/** Open source of MPEG-TS or of JPEG images. One thread reads; any thread may close it, which ends a blocked read. */
public interface Feed extends AutoCloseable {

    /**
     * Reads available bytes; blocks until there is at least one.
     *
     * @return number of bytes, or -1 at the end of the stream
     */
    int read(byte[] buffer) throws IOException;

    /** Returns the reason why the stream ended. */
    SourceException end();

    /** Returns the reason why it has sent no data for the timeout. */
    default SourceException silent(Duration timeout) {
        return SourceException.silent(timeout);
    }

    /** Returns the nanoseconds by which the source's wall clock is ahead of this machine's, if the source tells it. */
    default OptionalLong clockOffset() {
        return OptionalLong.empty();
    }

    /** Returns whether the source has presentation times; otherwise those of its images are by this machine's wall clock. */
    default boolean hasTimes() {
        return true;
    }

    /**
     * Returns whether the source is a recording, as far as is known by now: one that could be read faster than real time and ends,
     * or is played in a loop.
     */
    default boolean isRecorded() {
        return false;
    }

    /** Handles that its data is not media, or scrambled: the source has to be looked for again before it is opened. */
    default void unusable() {}

    @Override
    void close();
}
