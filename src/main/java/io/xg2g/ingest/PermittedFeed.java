package io.xg2g.ingest;

import io.xg2g.receiver.StreamPermit;
import java.io.IOException;
import java.time.Duration;

/** Feed of a receiver that holds one of its stream permits until it is closed. */
record PermittedFeed(Feed feed, StreamPermit permit) implements Feed {

    /** Opener of the stream. */
    interface Opener {
        Feed open() throws SourceException, InterruptedException;
    }

    /** Opens a stream that owns the permit; the permit is closed if opening fails with any exception. */
    static Feed open(StreamPermit permit, Opener opener) throws SourceException, InterruptedException {
        boolean opened = false;
        try {
            Feed feed = new PermittedFeed(opener.open(), permit);
            opened = true;
            return feed;
        } finally {
            if (!opened) {
                permit.close();
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
    public void close() {
        try {
            feed.close();
        } finally {
            permit.close();
        }
    }
}
