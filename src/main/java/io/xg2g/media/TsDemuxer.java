package io.xg2g.media;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * MPEG-TS demuxer: emits the frames of the first program's first video stream, and of its audio streams of AAC in ADTS, AC-3
 * and E-AC-3. A video frame begins with a PES packet that has a PTS, and is emitted when the next one begins or the stream ends.
 *
 * <p>Malformed input throws nothing. A video frame of more than 16 MiB is dropped. Not thread-safe.
 */
public final class TsDemuxer {
    private static final int MAX_FRAME_BYTES = 16 << 20;
    private static final int UNKNOWN = -1;

    private final TsSink sink;
    private final TsFramer framer = new TsFramer(this::packet);
    private final TsTables tables = new TsTables();
    private final ByteArrayOutputStream frame = new ByteArrayOutputStream(1 << 16);
    private boolean open;
    private long pts;
    private long dts;
    private boolean keyframe;
    private int videoPid = TsProgram.NONE;
    private FormatTracker format = new FormatTracker(TsProgram.NONE);
    private int videoCounter = UNKNOWN;
    private List<AudioPid> audio = List.of();
    private boolean timed;
    private long lastTime;

    public TsDemuxer(TsSink sink) {
        this.sink = sink;
    }

    /** Audio stream that is demuxed. */
    private static final class AudioPid {
        final int pid;
        final AudioSplitter splitter;
        int counter = UNKNOWN;

        AudioPid(int pid, AudioSplitter splitter) {
            this.pid = pid;
            this.splitter = splitter;
        }
    }

    /** Demuxes the next bytes of the stream, in chunks of any size. */
    public void accept(byte[] data, int offset, int length) {
        framer.accept(data, offset, length);
    }

    /** Ends the stream: emits the pending frames. */
    public void finish() {
        endFrame();
        audio.forEach(stream -> stream.splitter.finish());
    }

    private void packet(byte[] data, int packet) {
        if (TsPacket.damaged(data, packet)) {
            return;
        }
        int pid = TsPacket.pid(data, packet);
        if (pid == videoPid) {
            video(data, packet);
        } else if (tables.isTable(pid)) {
            if (tables.packet(data, packet, pid)) {
                begin(tables.program());
            }
        } else {
            for (AudioPid stream : audio) {
                if (stream.pid == pid) {
                    audio(data, packet, stream);
                }
            }
        }
    }

    private void begin(@Nullable TsProgram program) {
        if (program == null) {
            return;
        }
        finish();
        videoPid = program.videoPid();
        format = new FormatTracker(program.videoStreamType());
        audio = audio(tables.audio());
        videoCounter = UNKNOWN;
        sink.program(program);
    }

    private List<AudioPid> audio(List<TsStream> streams) {
        List<AudioPid> demuxed = new ArrayList<>();
        for (int i = 0; i < streams.size(); i++) {
            int track = i;
            int pid = streams.get(i).pid();
            streams.get(i)
                    .frames()
                    .ifPresent(codec -> demuxed.add(
                            new AudioPid(pid, new AudioSplitter(codec, frame -> sink.audio(track, frame)))));
        }
        return demuxed;
    }

    private void video(byte[] data, int packet) {
        int expected = videoCounter;
        videoCounter = nextCounter(data, packet, expected);
        if (isDuplicate(data, packet, expected)) {
            return;
        }
        if (Pes.starts(data, packet)) {
            int at = Pes.ptsAt(data, packet);
            if (at >= 0) {
                endFrame();
                int decode = Pes.dtsAt(data, packet);
                dts = unwrap(Ticks.read(data, decode >= 0 ? decode : at));
                pts = dts + Ticks.between(dts, Ticks.read(data, at));
                keyframe = (TsPacket.flags(data, packet) & TsPacket.RANDOM_ACCESS) != 0;
                open = true;
            }
        }
        if (open) {
            frame.write(data, packet, TsPacket.SIZE);
            if (frame.size() > MAX_FRAME_BYTES) {
                open = false;
                frame.reset();
            }
        }
    }

    private void endFrame() {
        if (open) {
            byte[] packets = frame.toByteArray();
            open = false;
            frame.reset();
            sink.video(new VideoFrame(pts, dts, keyframe, format.hash(packets), packets));
        }
    }

    private void audio(byte[] data, int packet, AudioPid stream) {
        int expected = stream.counter;
        stream.counter = nextCounter(data, packet, expected);
        if (isDuplicate(data, packet, expected)) {
            return;
        }
        if (isGap(data, packet, expected)) {
            stream.splitter.reset();
        }
        if (Pes.starts(data, packet)) {
            int at = Pes.ptsAt(data, packet);
            if (at >= 0) {
                stream.splitter.time(unwrap(Ticks.read(data, at)));
            }
        }
        if (!TsPacket.scrambled(data, packet)) {
            stream.splitter.add(data, Pes.body(data, packet), packet + TsPacket.SIZE);
        }
    }

    /** Returns the counter that the next packet with a payload must have (ISO/IEC 13818-1, 2.4.3.3). */
    private static int nextCounter(byte[] data, int packet, int expected) {
        return TsPacket.hasPayload(data, packet) || discontinuity(data, packet)
                ? (TsPacket.continuity(data, packet) + 1) & 0x0f
                : expected;
    }

    /** Returns whether the packet is a duplicate, which 2.4.3.3 allows once and which is ignored. */
    private static boolean isDuplicate(byte[] data, int packet, int expected) {
        return expected != UNKNOWN
                && TsPacket.hasPayload(data, packet)
                && !discontinuity(data, packet)
                && TsPacket.continuity(data, packet) == ((expected - 1) & 0x0f);
    }

    private static boolean isGap(byte[] data, int packet, int expected) {
        return expected != UNKNOWN
                && TsPacket.hasPayload(data, packet)
                && !discontinuity(data, packet)
                && TsPacket.continuity(data, packet) != expected;
    }

    /** Returns {@code discontinuity_indicator}: whether the counter may jump here. */
    private static boolean discontinuity(byte[] data, int packet) {
        return (TsPacket.flags(data, packet) & TsPacket.DISCONTINUITY) != 0;
    }

    /** Extends a time of 33 bits to the value that is nearest to the last one. */
    private long unwrap(long time) {
        lastTime = timed ? lastTime + Ticks.between(lastTime, time) : time;
        timed = true;
        return lastTime;
    }
}
