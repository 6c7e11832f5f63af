package io.xg2g.ingest;

import java.io.IOException;

/** A source that was opened: MPEG-TS bytes as they come. One thread reads; any thread may close, which ends the reading. */
interface Feed extends AutoCloseable {

    /**
     * Reads what is there, at least one byte.
     *
     * @return how many bytes, or -1 at the end
     */
    int read(byte[] buffer) throws IOException;

    /** Why it ended. */
    SourceException end();

    @Override
    void close();
}
