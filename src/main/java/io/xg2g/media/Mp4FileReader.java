package io.xg2g.media;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import org.jspecify.annotations.Nullable;

/**
 * Strict reader of a complete MP4 file that is not fragmented (ISO/IEC 14496-12): its top-level boxes and the sample tables
 * of its tracks. The media itself is not read. Every number is checked against the file before it is used. Not thread-safe.
 */
public final class Mp4FileReader {
    private static final int HEADER = 8;
    private static final int LARGE_HEADER = 16;
    private static final int MAX_MOOV_BYTES = 64 << 20;
    private static final int MAX_TOP_LEVEL_BOXES = 10_000;
    private static final int MAX_TRACKS = 100;
    private static final int VIDEO = Mp4Box.type("vide");
    private static final int AUDIO = Mp4Box.type("soun");

    private final FileChannel channel;
    private long mediaBytes;
    private byte @Nullable [] moov;
    private boolean typed;

    private Mp4FileReader(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Reads a file.
     *
     * @throws MalformedMedia if it is truncated, or its tables are inconsistent or describe no video
     */
    public static VideoFacts read(FileChannel channel) throws IOException, MalformedMedia {
        return new Mp4FileReader(channel).read();
    }

    private VideoFacts read() throws IOException, MalformedMedia {
        topLevel();
        byte[] movie = moov;
        if (!typed || movie == null) {
            throw new MalformedMedia("the MP4 file has no " + (typed ? "moov" : "ftyp") + " box");
        }
        @Nullable VideoFacts video = null;
        boolean audio = false;
        long sampleBytes = 0;
        int tracks = 0;
        Mp4Box all = Mp4Box.all(movie);
        for (Mp4Box box = all.first(0); box != null; box = box.next(all)) {
            if (box.is("trak")) {
                if (++tracks > MAX_TRACKS) {
                    throw new MalformedMedia("the MP4 file has more than " + MAX_TRACKS + " tracks");
                }
                Mp4SampleTable table = Mp4SampleTable.of(box);
                sampleBytes += table.bytes();
                audio |= table.handler() == AUDIO && table.facts().frames() > 0;
                video = table.handler() == VIDEO && video == null ? table.facts() : video;
            }
        }
        if (sampleBytes > mediaBytes) {
            throw new MalformedMedia("the MP4 file has less media data than its sample tables declare");
        }
        if (video == null) {
            throw new MalformedMedia("the MP4 file has no video track");
        }
        return new VideoFacts(video.frames(), video.firstTime(), video.duration(), video.keyframes(), audio);
    }

    private void topLevel() throws IOException, MalformedMedia {
        long size = channel.size();
        int boxes = 0;
        for (long at = 0; at < size; ) {
            byte[] header = bytes(at, (int) Math.min(LARGE_HEADER, size - at));
            if (header.length < HEADER) {
                throw truncated();
            }
            long length = BigEndian.uint32(header, 0);
            int body = HEADER;
            if (length == 1 && header.length == LARGE_HEADER) {
                length = BigEndian.int64(header, HEADER);
                body = LARGE_HEADER;
            }
            if (length < body || length > size - at) {
                throw truncated();
            }
            if (++boxes > MAX_TOP_LEVEL_BOXES) {
                throw new MalformedMedia("the MP4 file has more than " + MAX_TOP_LEVEL_BOXES + " boxes");
            }
            int type = BigEndian.int32(header, 4);
            if (type == Mp4Box.type("mdat")) {
                mediaBytes += length - body;
            } else if (type == Mp4Box.type("moov") && length <= MAX_MOOV_BYTES) {
                moov = bytes(at + body, (int) length - body);
            }
            typed |= type == Mp4Box.type("ftyp");
            at += length;
        }
    }

    private byte[] bytes(long at, int length) throws IOException, MalformedMedia {
        ByteBuffer buffer = ByteBuffer.allocate(length);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, at + buffer.position()) < 0) {
                throw truncated();
            }
        }
        return buffer.array();
    }

    private static MalformedMedia truncated() {
        return new MalformedMedia("the MP4 file is truncated");
    }
}
