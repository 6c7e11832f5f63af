package io.xg2g.ingest;

import io.xg2g.media.PacketAligner;
import java.io.IOException;
import java.time.Duration;

/** Feed of whole transport packets from one that has other bytes between them, for instance headers of RTP. */
final class PacketFeed implements Feed {
    private final Feed feed;
    private final PacketAligner aligner = new PacketAligner();
    private byte[] packets = {};
    private int from;

    PacketFeed(Feed feed) {
        this.feed = feed;
    }

    @Override
    public int read(byte[] buffer) throws IOException {
        while (from == packets.length) {
            int read = feed.read(buffer);
            if (read < 0) {
                return -1;
            }
            packets = aligner.accept(buffer, read);
            from = 0;
        }
        int length = Math.min(buffer.length, packets.length - from);
        System.arraycopy(packets, from, buffer, 0, length);
        from += length;
        return length;
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
    public boolean isRecorded() {
        return feed.isRecorded();
    }

    @Override
    public void close() {
        feed.close();
    }
}
