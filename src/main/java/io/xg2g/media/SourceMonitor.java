package io.xg2g.media;

import java.io.ByteArrayOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Monitor of the raw bytes of a source: whether they are MPEG-TS, whether they are scrambled, which streams they carry, and
 * whether tables or clock change. Malformed input throws nothing. Not thread-safe.
 */
public final class SourceMonitor {

    /** Change of a source. */
    public enum Change {
        /** Nothing. */
        NONE,
        /** The video or the audio has another PID or another type, or is gone. */
        TABLES,
        /** The clock has jumped: back by more than 0.5 s, or forward by more than 2 s. */
        JUMP
    }

    private static final int MIN_PACKETS = 24;

    /** Audio that is further from the video, in ticks, has a wrong time. */
    private static final long MAX_AUDIO_OFFSET = 10 * Ticks.PER_SECOND;

    /** Maximum difference of PTS and DTS, in ticks. */
    private static final long MAX_REORDERING = 2 * Ticks.PER_SECOND;

    private final TsFramer framer = new TsFramer(this::packet);
    private final TsTables tables = new TsTables();
    private final JumpDetector clock = new JumpDetector();
    /** Clock of the audio of a program with video. */
    private final JumpDetector audioClock = new JumpDetector();

    private final ByteArrayOutputStream accepted;
    private boolean videoDropped;
    private boolean audioDropped;
    private boolean videoTimed;
    private long videoTime;
    private boolean audioTimed;
    private long audioTime;
    private @Nullable TsProgram program;
    private boolean tablesChanged;
    private boolean videoSeen;
    private boolean audioSeen;
    /** One bit for each of the last 64 packets with a payload, the newest in bit 0: whether it is scrambled. */
    private long recent;

    private int recentPackets;

    /**
     * Makes a monitor that filters the packets for a demuxer: drops null packets, damaged packets, and video and audio frames
     * with implausible times. (A single wrong timestamp would otherwise cause hours of silence.) When a jump is confirmed,
     * packets from before it are dropped.
     *
     * @param accepted receives the packets; the caller empties it
     */
    public SourceMonitor(ByteArrayOutputStream accepted) {
        this.accepted = accepted;
    }

    /** Takes the next bytes of the source, in chunks of any size. */
    public void accept(byte[] data, int offset, int length) {
        framer.accept(data, offset, length);
    }

    /** Returns whether at least half of the last 24 to 64 packets of elementary streams are scrambled. */
    public boolean scrambled() {
        return recentPackets >= MIN_PACKETS && 2 * Long.bitCount(recent) >= recentPackets;
    }

    /** Returns whether the tables of a program were received. */
    public boolean programKnown() {
        return program != null;
    }

    /** Returns whether the tables of a program were received and list video. */
    public boolean hasVideo() {
        return program != null && program.videoPid() != TsProgram.NONE;
    }

    /** Returns whether the tables of a program were received and list audio. */
    public boolean hasAudio() {
        return program != null && program.audioPid() != TsProgram.NONE;
    }

    /** Returns whether a video frame that is not scrambled has begun. */
    public boolean videoSeen() {
        return videoSeen;
    }

    /** Returns whether an audio PES packet that is not scrambled has begun. */
    public boolean audioSeen() {
        return audioSeen;
    }

    /**
     * Returns the distance from a time to the latest accepted audio, in 90 kHz ticks: negative if the audio is earlier, 0 if
     * there was none.
     *
     * @param time 90 kHz ticks, modulo 2^33
     */
    public long audioAfter(long time) {
        return audioTimed ? Ticks.between(time, audioTime) : 0;
    }

    /** Returns the change since the last call; a change of tables takes precedence over a jump. */
    public Change change() {
        // Both are cleared, whichever is returned.
        boolean jumped = clock.jumped();
        Change change = tablesChanged ? Change.TABLES : jumped ? Change.JUMP : Change.NONE;
        tablesChanged = false;
        return change;
    }

    private void packet(byte[] data, int packet) {
        if (TsPacket.damaged(data, packet)) {
            return;
        }
        int pid = TsPacket.pid(data, packet);
        if (tables.isTable(pid)) {
            if (tables.packet(data, packet, pid)) {
                changeTo(tables.program());
            }
        } else if (isElementary(pid) && TsPacket.hasPayload(data, packet)) {
            boolean scrambled = TsPacket.scrambled(data, packet);
            recent = (recent << 1) | (scrambled ? 1 : 0);
            recentPackets = Math.min(Long.SIZE, recentPackets + 1);
            if (!scrambled && TsPacket.startsUnit(data, packet) && Pes.starts(data, packet)) {
                pesPacket(data, packet, pid);
            }
        }
        if (pid != TsPacket.NULL_PID && !isDropped(pid)) {
            accepted.write(data, packet, TsPacket.SIZE);
        }
    }

    private void pesPacket(byte[] data, int packet, int pid) {
        if (program == null) {
            return;
        }
        boolean video = pid == program.videoPid();
        videoSeen |= video;
        audioSeen |= !video;
        int pts = Pes.ptsAt(data, packet);
        if (pts < 0) {
            return;
        }
        int dts = Pes.dtsAt(data, packet);
        long presentation = Ticks.read(data, pts);
        long decoding = dts < 0 ? presentation : Ticks.read(data, dts);
        if (video) {
            videoDropped = !isPlausible(clock, decoding) || !follows(decoding, presentation);
            videoTimed |= !videoDropped;
            videoTime = videoDropped ? videoTime : decoding;
            return;
        }
        if (hasVideo()) {
            boolean apart = videoTimed && Math.abs(Ticks.between(videoTime, decoding)) > MAX_AUDIO_OFFSET;
            audioDropped = apart || !isPlausible(audioClock, decoding);
        } else {
            audioDropped = !isPlausible(clock, decoding);
        }
        if (!audioDropped) {
            audioTimed = true;
            audioTime = decoding;
        }
    }

    private boolean isPlausible(JumpDetector detector, long time) {
        boolean before = detector.hasJumped();
        detector.time(time);
        if (detector == clock && clock.hasJumped() && !before) {
            dropAccepted();
        }
        return !detector.suspicious();
    }

    private static boolean follows(long decoding, long presentation) {
        long later = Ticks.between(decoding, presentation);
        return later >= 0 && later <= MAX_REORDERING;
    }

    private boolean isDropped(int pid) {
        return program != null
                && (pid == program.videoPid() ? videoDropped : pid == program.audioPid() && audioDropped);
    }

    /** Drops the packets of this chunk that precede the change. */
    private void dropAccepted() {
        accepted.reset();
        audioClock.restart();
    }

    private void changeTo(@Nullable TsProgram now) {
        TsProgram before = program;
        if (before != null && now != null && !before.sameStreams(now)) {
            tablesChanged = true;
            videoSeen = false;
            audioSeen = false;
            videoDropped = false;
            audioDropped = false;
            videoTimed = false;
            audioTimed = false;
            clock.restart();
            dropAccepted();
        }
        program = now;
    }

    /** Returns whether a PID is the program's video or audio, or, before a program is known, not of a table. */
    private boolean isElementary(int pid) {
        if (program == null) {
            return pid >= TsPacket.FIRST_FREE_PID && pid != TsPacket.NULL_PID;
        }
        return pid == program.videoPid() || pid == program.audioPid();
    }
}
