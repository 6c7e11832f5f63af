package io.xg2g.ingest;

import io.xg2g.receiver.StreamPermit;
import java.io.IOException;
import java.time.Duration;

/**
 * Feed of a receiver that holds one of its stream permits until it is closed.
 *
 * @param forget forgets where the stream was found, so that it is looked for again: other ports may have it, or have it clear
 */
record PermittedFeed(Feed feed, StreamPermit permit, Runnable forget) implements Feed {

    /** Opener of the stream. */
    interface Opener {
        Feed open() throws SourceException, InterruptedException;
    }

    /**
     * Opens a stream that owns the permit. If opening fails with any exception, the permit is closed and the stream forgotten.
     */
    static Feed open(StreamPermit permit, Runnable forget, Opener opener) throws SourceException, InterruptedException {
        boolean opened = false;
        try {
            Feed feed = new PermittedFeed(opener.open(), permit, forget);
            opened = true;
            return feed;
        } finally {
            if (!opened) {
                permit.close();
                forget.run();
            }
        }
    }

    @Override
    public int read(byte[] buffer) throws IOException {
        return feed.read(buffer);
    }

    @Override
    public SourceException end() {
        return feed.end();
    }

    @Override
    public SourceException silent(Duration timeout) {
        return feed.silent(timeout);
    }

    @Override
    public void unusable() {
        forget.run();
    }

    @Override
    public void close() {
        try {
            feed.close();
        } finally {
            permit.close();
        }
    }
}
