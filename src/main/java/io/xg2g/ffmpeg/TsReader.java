package io.xg2g.ffmpeg;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Reads an MPEG transport stream (ISO/IEC 13818-1) as ffmpeg writes it: every packet, the tables, and the start of each
 * picture. One picture is one PES packet. Its memory is bounded whatever the file holds.
 */
final class TsReader {
    private static final int PACKET = 188;
    private static final int MOST_FRAMES = 1_000_000;
    private static final int NONE = -1;
    private static final double CLOCK = 90_000;

    private int pmtPid = NONE;
    private int videoPid = NONE;
    private boolean audio;
    private int frames;
    private long firstPts = Long.MAX_VALUE;
    private long lastPts = Long.MIN_VALUE;
    private final List<Double> keyframes = new ArrayList<>();

    private TsReader() {}

    static VideoFacts read(FileChannel channel) throws IOException, OutputCheck.Defect {
        if (channel.size() % PACKET != 0) {
            throw new OutputCheck.Defect("the transport stream is cut short");
        }
        TsReader reader = new TsReader();
        ByteBuffer buffer = ByteBuffer.allocate(PACKET * 1024);
        while (channel.read(buffer) >= 0 || buffer.position() > 0) {
            buffer.flip();
            if (buffer.remaining() < PACKET) {
                throw new OutputCheck.Defect("the transport stream is cut short");
            }
            while (buffer.remaining() >= PACKET) {
                reader.packet(buffer.slice(buffer.position(), PACKET));
                buffer.position(buffer.position() + PACKET);
            }
            buffer.compact();
        }
        return reader.facts();
    }

    private VideoFacts facts() throws OutputCheck.Defect {
        if (videoPid == NONE) {
            throw new OutputCheck.Defect("the transport stream announces no video");
        }
        Collections.sort(keyframes);
        double span = frames == 0 ? 0 : (lastPts - firstPts) / CLOCK;
        double duration = frames > 1 ? span * frames / (frames - 1) : span;
        return new VideoFacts(frames, frames == 0 ? 0 : firstPts / CLOCK, duration, keyframes, audio);
    }

    private void packet(ByteBuffer packet) throws OutputCheck.Defect {
        if (packet.get(0) != 0x47) {
            throw new OutputCheck.Defect("the transport stream has lost its sync bytes");
        }
        int pid = packet.getShort(1) & 0x1fff;
        boolean start = (packet.get(1) & 0x40) != 0;
        int control = packet.get(3) & 0x30;
        int at = 4;
        boolean randomAccess = false;
        if ((control & 0x20) != 0) {
            int length = packet.get(4) & 0xff;
            randomAccess = length > 0 && (packet.get(5) & 0x40) != 0;
            at += 1 + length;
        }
        if (!start || (control & 0x10) == 0 || at >= PACKET) {
            return;
        }
        if (pid == 0) {
            programs(packet, at);
        } else if (pid == pmtPid) {
            streams(packet, at);
        } else if (pid == videoPid) {
            picture(packet, at, randomAccess);
        }
    }

    /** The program association: the first program's map. */
    private void programs(ByteBuffer packet, int pointer) {
        int section = pointer + 1 + (packet.get(pointer) & 0xff);
        if (section + 12 <= PACKET && packet.get(section) == 0) {
            pmtPid = packet.getShort(section + 10) & 0x1fff;
        }
    }

    /** The program map: the first video stream, and whether there is audio. A map fits into one packet here. */
    private void streams(ByteBuffer packet, int pointer) {
        int section = pointer + 1 + (packet.get(pointer) & 0xff);
        if (section + 12 > PACKET || packet.get(section) != 2 || videoPid != NONE) {
            return;
        }
        int end = Math.min(PACKET, section + 3 + (packet.getShort(section + 1) & 0xfff) - 4);
        int at = section + 12 + (packet.getShort(section + 10) & 0xfff);
        while (at + 5 <= end) {
            int type = packet.get(at) & 0xff;
            int pid = packet.getShort(at + 1) & 0x1fff;
            // 0x1b H.264, 0x24 HEVC; 0x0f AAC in ADTS.
            if ((type == 0x1b || type == 0x24) && videoPid == NONE) {
                videoPid = pid;
            }
            audio |= type == 0x0f;
            at += 5 + (packet.getShort(at + 3) & 0xfff);
        }
    }

    private void picture(ByteBuffer packet, int at, boolean randomAccess) throws OutputCheck.Defect {
        boolean start = at + 14 <= PACKET && packet.getInt(at) >>> 8 == 1;
        if (!start || (packet.get(at + 7) & 0x80) == 0) {
            throw new OutputCheck.Defect("the transport stream has a picture without a time");
        }
        if (++frames > MOST_FRAMES) {
            throw new OutputCheck.Defect("the transport stream has more than a million pictures");
        }
        long pts = ((packet.get(at + 9) & 0x0eL) << 29)
                | ((packet.getShort(at + 10) & 0xfffeL) << 14)
                | ((packet.getShort(at + 12) & 0xfffeL) >> 1);
        firstPts = Math.min(firstPts, pts);
        lastPts = Math.max(lastPts, pts);
        if (randomAccess) {
            keyframes.add(pts / CLOCK);
        }
    }
}
