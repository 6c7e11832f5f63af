package io.xg2g.media;

import java.io.ByteArrayOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a transport stream into pictures and AAC frames: those of the first program's first video stream, and of its first
 * audio stream if that is AAC in ADTS. A picture is what begins with a PES packet that has a time; it is given out when
 * the next one begins.
 *
 * <p>Whatever the bytes are, nothing is thrown, and no more than 16 MiB of a picture are held: a larger one is left out.
 * Not thread-safe.
 */
public final class TsDemuxer {
    private static final int LARGEST_PICTURE = 16 << 20;
    private static final int UNKNOWN = -1;

    private final TsSink sink;
    private final TsFramer framer = new TsFramer(this::packet);
    private final TsTables tables = new TsTables();
    private final AdtsSplitter adts;
    private final ByteArrayOutputStream picture = new ByteArrayOutputStream(1 << 16);
    private boolean open;
    private long pts;
    private long dts;
    private boolean keyframe;
    private int videoPid = TsProgram.NONE;
    private int videoType = TsProgram.NONE;
    private int adtsPid = TsProgram.NONE;
    private int videoCounter = UNKNOWN;
    private int adtsCounter = UNKNOWN;
    private boolean timed;
    private long lastTime;
    private long continuityErrors;

    public TsDemuxer(TsSink sink) {
        this.sink = sink;
        this.adts = new AdtsSplitter(sink::audio);
    }

    /** Takes the next bytes of the stream, in pieces of any size. */
    public void accept(byte[] data, int offset, int length) {
        framer.accept(data, offset, length);
    }

    /** The stream has ended: gives out what is pending. */
    public void finish() {
        endPicture();
        adts.finish();
    }

    /** How often something else came where a packet was due. */
    public long lostSync() {
        return framer.lost();
    }

    /** How often packets of the video or the audio were missing. */
    public long continuityErrors() {
        return continuityErrors;
    }

    private void packet(byte[] data, int packet) {
        if (TsPacket.damaged(data, packet)) {
            return;
        }
        int pid = TsPacket.pid(data, packet);
        if (pid == videoPid) {
            video(data, packet);
        } else if (pid == adtsPid) {
            audio(data, packet);
        } else if (tables.isTable(pid) && tables.packet(data, packet, pid)) {
            begin(tables.program());
        }
    }

    private void begin(@Nullable TsProgram program) {
        if (program == null) {
            return;
        }
        finish();
        videoPid = program.videoPid();
        videoType = program.videoStreamType();
        adtsPid = program.audioStreamType() == TsProgram.ADTS ? program.audioPid() : TsProgram.NONE;
        videoCounter = UNKNOWN;
        adtsCounter = UNKNOWN;
        sink.program(program);
    }

    private void video(byte[] data, int packet) {
        int due = videoCounter;
        videoCounter = nextCounter(data, packet, due);
        if (repeated(data, packet, due)) {
            return;
        }
        missed(data, packet, due);
        if (Pes.starts(data, packet)) {
            int at = Pes.ptsAt(data, packet);
            if (at >= 0) {
                endPicture();
                int decode = Pes.dtsAt(data, packet);
                dts = unwrap(Ticks.read(data, decode >= 0 ? decode : at));
                pts = dts + Ticks.between(dts, Ticks.read(data, at));
                keyframe = (TsPacket.flags(data, packet) & TsPacket.RANDOM_ACCESS) != 0;
                open = true;
            }
        }
        if (open) {
            picture.write(data, packet, TsPacket.SIZE);
            if (picture.size() > LARGEST_PICTURE) {
                open = false;
                picture.reset();
            }
        }
    }

    private void endPicture() {
        if (open) {
            byte[] packets = picture.toByteArray();
            open = false;
            picture.reset();
            sink.video(new VideoFrame(pts, dts, keyframe, FormatHash.of(videoType, packets), packets));
        }
    }

    private void audio(byte[] data, int packet) {
        int due = adtsCounter;
        adtsCounter = nextCounter(data, packet, due);
        if (repeated(data, packet, due)) {
            return;
        }
        if (missed(data, packet, due)) {
            adts.lose();
        }
        if (Pes.starts(data, packet)) {
            int at = Pes.ptsAt(data, packet);
            if (at >= 0) {
                adts.time(unwrap(Ticks.read(data, at)));
            }
        }
        if (!TsPacket.scrambled(data, packet)) {
            adts.add(data, Pes.body(data, packet), packet + TsPacket.SIZE);
        }
    }

    /** The counter that the next packet with a payload must have (ISO/IEC 13818-1, 2.4.3.3). */
    private static int nextCounter(byte[] data, int packet, int due) {
        return TsPacket.hasPayload(data, packet) ? (TsPacket.continuity(data, packet) + 1) & 0x0f : due;
    }

    /** A packet may be sent twice; the second one counts for nothing. */
    private static boolean repeated(byte[] data, int packet, int due) {
        return due != UNKNOWN
                && TsPacket.hasPayload(data, packet)
                && !announced(data, packet)
                && TsPacket.continuity(data, packet) == ((due - 1) & 0x0f);
    }

    private boolean missed(byte[] data, int packet, int due) {
        boolean missed = due != UNKNOWN
                && TsPacket.hasPayload(data, packet)
                && !announced(data, packet)
                && TsPacket.continuity(data, packet) != due;
        continuityErrors += missed ? 1 : 0;
        return missed;
    }

    /** Whether the counter may go anywhere here. */
    private static boolean announced(byte[] data, int packet) {
        return (TsPacket.flags(data, packet) & TsPacket.DISCONTINUITY) != 0;
    }

    /** The time nearest to the last one that has these 33 bits. */
    private long unwrap(long time) {
        lastTime = timed ? lastTime + Ticks.between(lastTime, time) : time;
        timed = true;
        return lastTime;
    }
}
