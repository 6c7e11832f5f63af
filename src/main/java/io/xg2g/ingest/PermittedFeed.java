package io.xg2g.ingest;

import io.xg2g.receiver.StreamPermit;
import java.io.IOException;

/** A receiver's stream, which holds a place at the receiver until it is closed. */
record PermittedFeed(Feed feed, StreamPermit permit) implements Feed {

    /** Opens the stream that the permit is for. */
    interface Opener {
        Feed open() throws SourceException, InterruptedException;
    }

    /** Opens a stream; the permit goes with it, or is given back where there is none, whatever is thrown. */
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
    public void close() {
        try {
            feed.close();
        } finally {
            permit.close();
        }
    }
}
