package io.xg2g.media;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Strict reader of a complete MPEG-TS file (ISO/IEC 13818-1): every packet has its sync byte, and every video frame is a
 * PES packet with a PTS. Reads the tables and the PES headers of the first program; memory does not grow with the frames'
 * size. Not thread-safe.
 */
public final class TsFileReader {
    private static final int MAX_FRAMES = 1_000_000;
    private static final int PACKETS_PER_READ = 1024;
    private static final double CLOCK_HZ = Ticks.PER_SECOND;

    private final TsTables tables = new TsTables();
    private final List<Double> keyframes = new ArrayList<>();
    private @Nullable TsProgram program;
    private int frames;
    private long firstPts = Long.MAX_VALUE;
    private long lastPts = Long.MIN_VALUE;

    private TsFileReader() {}

    /**
     * Reads a file from its first packet to its last.
     *
     * @throws MalformedMedia if it is truncated, loses sync, has no H.264 or HEVC video, a frame without a PTS, or more than
     *     a million frames
     */
    public static VideoFacts read(FileChannel channel) throws IOException, MalformedMedia {
        if (channel.size() % TsPacket.SIZE != 0) {
            throw truncated();
        }
        TsFileReader reader = new TsFileReader();
        ByteBuffer buffer = ByteBuffer.allocate(TsPacket.SIZE * PACKETS_PER_READ);
        while (channel.read(buffer) >= 0 || buffer.position() > 0) {
            int end = buffer.position() - buffer.position() % TsPacket.SIZE;
            if (end == 0) {
                throw truncated();
            }
            for (int packet = 0; packet < end; packet += TsPacket.SIZE) {
                reader.packet(buffer.array(), packet);
            }
            buffer.flip().position(end);
            buffer.compact();
        }
        return reader.facts();
    }

    private static MalformedMedia truncated() {
        return new MalformedMedia("the transport stream is truncated");
    }

    private VideoFacts facts() throws MalformedMedia {
        TsProgram known = program;
        if (known == null) {
            throw new MalformedMedia("the transport stream announces no H.264 or HEVC video");
        }
        Collections.sort(keyframes);
        double span = frames == 0 ? 0 : (lastPts - firstPts) / CLOCK_HZ;
        double duration = frames > 1 ? span * frames / (frames - 1) : span;
        boolean audio = known.audioStreamType() == TsProgram.ADTS;
        return new VideoFacts(frames, frames == 0 ? 0 : firstPts / CLOCK_HZ, duration, keyframes, audio);
    }

    private void packet(byte[] data, int packet) throws MalformedMedia {
        if (data[packet] != TsPacket.SYNC) {
            throw new MalformedMedia("the transport stream has a packet without a sync byte");
        }
        int pid = TsPacket.pid(data, packet);
        if (program != null && pid == program.videoPid()) {
            if (TsPacket.startsUnit(data, packet) && TsPacket.payload(data, packet) < packet + TsPacket.SIZE) {
                frame(data, packet);
            }
        } else if (program == null && tables.isTable(pid) && tables.packet(data, packet, pid)) {
            TsProgram found = tables.program();
            program = found != null && hasVideo(found) ? found : null;
        }
    }

    private static boolean hasVideo(TsProgram program) {
        return program.videoStreamType() == TsProgram.H264 || program.videoStreamType() == TsProgram.HEVC;
    }

    private void frame(byte[] data, int packet) throws MalformedMedia {
        int at = Pes.starts(data, packet) ? Pes.ptsAt(data, packet) : -1;
        if (at < 0) {
            throw new MalformedMedia("the transport stream has a video frame without a PTS");
        }
        if (++frames > MAX_FRAMES) {
            throw new MalformedMedia("the transport stream has more than " + MAX_FRAMES + " video frames");
        }
        long pts = Ticks.read(data, at);
        firstPts = Math.min(firstPts, pts);
        lastPts = Math.max(lastPts, pts);
        if ((TsPacket.flags(data, packet) & TsPacket.RANDOM_ACCESS) != 0) {
            keyframes.add(pts / CLOCK_HZ);
        }
    }
}
