package io.xg2g.ffmpeg;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads an MP4 file (ISO/IEC 14496-12) that is not fragmented: the top-level boxes, and the sample tables of its tracks.
 * Every number in the file is checked against the file before it is used.
 */
final class Mp4Reader {
    private static final int MOOV = 0x6d6f6f76;
    private static final int MDAT = 0x6d646174;
    private static final int FTYP = 0x66747970;
    private static final int TRAK = 0x7472616b;
    private static final int MDIA = 0x6d646961;
    private static final int MINF = 0x6d696e66;
    private static final int STBL = 0x7374626c;
    private static final int HDLR = 0x68646c72;
    private static final int MDHD = 0x6d646864;
    private static final int STSZ = 0x7374737a;
    private static final int STTS = 0x73747473;
    private static final int STSS = 0x73747373;
    private static final int CTTS = 0x63747473;
    private static final int VIDE = 0x76696465;
    private static final int SOUN = 0x736f756e;
    private static final int LARGEST_MOOV = 64 << 20;
    private static final int MOST_BOXES = 10_000;

    private final FileChannel channel;
    private long mediaBytes;
    private @Nullable ByteBuffer moov;
    private boolean typed;
    private int boxes;

    Mp4Reader(FileChannel channel) {
        this.channel = channel;
    }

    VideoFacts read() throws IOException, OutputCheck.Defect {
        topLevel();
        ByteBuffer movie = moov;
        if (!typed || movie == null) {
            throw new OutputCheck.Defect("the MP4 file has no " + (typed ? "moov" : "ftyp") + " box");
        }
        @Nullable VideoFacts video = null;
        boolean audio = false;
        long sampleBytes = 0;
        for (ByteBuffer trak : children(movie, TRAK)) {
            Mp4Track track = track(trak);
            sampleBytes += track.bytes();
            audio |= track.handler() == SOUN && track.samples() > 0;
            if (track.handler() == VIDE && video == null) {
                video = track.facts();
            }
        }
        if (sampleBytes > mediaBytes) {
            throw new OutputCheck.Defect("the MP4 file has less media than its tables say");
        }
        if (video == null) {
            throw new OutputCheck.Defect("the MP4 file has no video track");
        }
        return new VideoFacts(video.frames(), video.firstTime(), video.duration(), video.keyframes(), audio);
    }

    private void topLevel() throws IOException, OutputCheck.Defect {
        long size = channel.size();
        long at = 0;
        while (at < size) {
            ByteBuffer header = bytes(at, (int) Math.min(16, size - at));
            if (header.remaining() < 8) {
                throw new OutputCheck.Defect("the MP4 file is cut short");
            }
            long length = header.getInt(0) & 0xffffffffL;
            int type = header.getInt(4);
            int head = 8;
            if (length == 1 && header.remaining() == 16) {
                length = header.getLong(8);
                head = 16;
            }
            if (length < head || length > size - at || ++boxes > MOST_BOXES) {
                throw new OutputCheck.Defect("the MP4 file is cut short");
            }
            if (type == MDAT) {
                mediaBytes += length - head;
            } else if (type == MOOV && length <= LARGEST_MOOV) {
                moov = bytes(at + head, (int) length - head);
            }
            typed |= type == FTYP;
            at += length;
        }
    }

    private ByteBuffer bytes(long at, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(length);
        while (buffer.hasRemaining() && channel.read(buffer, at + buffer.position()) > 0) {
            // Short reads are completed.
        }
        return buffer.flip();
    }

    private Mp4Track track(ByteBuffer trak) throws OutputCheck.Defect {
        ByteBuffer mdia = child(trak, MDIA);
        ByteBuffer hdlr = child(mdia, HDLR);
        ByteBuffer mdhd = child(mdia, MDHD);
        ByteBuffer stbl = child(child(mdia, MINF), STBL);
        need(hdlr, 12);
        need(mdhd, 24);
        // Version 1 has 64-bit times before the time scale.
        int at = mdhd.get(0) == 1 ? 20 : 12;
        long timescale = mdhd.getInt(at) & 0xffffffffL;
        ByteBuffer stsz = child(stbl, STSZ);
        ByteBuffer stts = child(stbl, STTS);
        return Mp4Track.of(hdlr.getInt(8), timescale, stsz, stts, optional(stbl, STSS), optional(stbl, CTTS));
    }

    private ByteBuffer child(ByteBuffer parent, int type) throws OutputCheck.Defect {
        ByteBuffer found = optional(parent, type);
        if (found == null) {
            throw new OutputCheck.Defect("the MP4 file's tables are incomplete");
        }
        return found;
    }

    private @Nullable ByteBuffer optional(ByteBuffer parent, int type) throws OutputCheck.Defect {
        List<ByteBuffer> all = children(parent, type);
        return all.isEmpty() ? null : all.getFirst();
    }

    private List<ByteBuffer> children(ByteBuffer parent, int type) throws OutputCheck.Defect {
        List<ByteBuffer> found = new ArrayList<>();
        int at = 0;
        while (at + 8 <= parent.limit()) {
            long length = parent.getInt(at) & 0xffffffffL;
            if (length < 8 || length > parent.limit() - at || ++boxes > MOST_BOXES) {
                throw new OutputCheck.Defect("the MP4 file's boxes do not fit into each other");
            }
            if (parent.getInt(at + 4) == type) {
                found.add(parent.slice(at + 8, (int) length - 8));
            }
            at += (int) length;
        }
        return found;
    }

    static void need(ByteBuffer box, int bytes) throws OutputCheck.Defect {
        if (box.limit() < bytes) {
            throw new OutputCheck.Defect("the MP4 file's tables are cut short");
        }
    }
}
