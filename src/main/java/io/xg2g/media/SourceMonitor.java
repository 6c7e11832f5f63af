package io.xg2g.media;

import java.io.ByteArrayOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Watches the raw bytes of a source: whether they are a transport stream, whether it is scrambled, what it carries, and
 * whether it changes. Whatever the bytes are, nothing is thrown. Not thread-safe.
 */
public final class SourceMonitor {

    /** What has changed in the source. */
    public enum Change {
        /** Nothing. */
        NONE,
        /** The video or the audio has another PID or another type, or is no longer there. */
        TABLES,
        /** The clock has jumped: back by more than half a second, or forward by more than two. */
        JUMP
    }

    private static final int FEWEST_PACKETS = 24;

    /** Sound that lies further from the picture, in ticks, belongs to another course of the clock. */
    private static final long MOST_APART = 10 * Ticks.PER_SECOND;

    /** How much later than it is decoded a picture may be shown, in ticks. */
    private static final long MOST_REORDERING = 2 * Ticks.PER_SECOND;

    private final TsFramer framer = new TsFramer(this::packet);
    private final TsTables tables = new TsTables();
    private final JumpDetector clock = new JumpDetector();
    /** The sound's own, beside a picture. */
    private final JumpDetector soundClock = new JumpDetector();

    private final @Nullable ByteArrayOutputStream usable;
    private boolean videoLeftOut;
    private boolean audioLeftOut;
    private boolean pictureTimed;
    private long pictureTime;
    private boolean audioTimed;
    private long audioTime;
    private @Nullable TsProgram program;
    private boolean tablesChanged;
    private boolean videoSeen;
    private boolean audioSeen;
    private long packets;
    private long scrambledPackets;
    /** The last 64 packets with a payload, the newest lowest; set where one is scrambled. */
    private long recent;

    private int recentPackets;

    /** A monitor that only watches. */
    public SourceMonitor() {
        this(null);
    }

    /**
     * A monitor that passes on what a demuxer is not misled by: whole packets, without those that carry nothing or are
     * known to be damaged, and without units of video and audio whose time cannot be right. One wrong time of a single
     * frame can make hours of silence otherwise. Of a jump, it is what comes behind that is passed on last.
     *
     * @param usable gets the packets; whoever gives it takes them out
     */
    public SourceMonitor(@Nullable ByteArrayOutputStream usable) {
        this.usable = usable;
    }

    /** Takes the next bytes of the source, in pieces of any size. */
    public void accept(byte[] data, int offset, int length) {
        framer.accept(data, offset, length);
    }

    /** How many packets there were. */
    public long packets() {
        return packets;
    }

    /** How many packets of elementary streams were scrambled. */
    public long scrambledPackets() {
        return scrambledPackets;
    }

    /** Whether half or more of the last packets of elementary streams (24 at least, 64 at most) are scrambled. */
    public boolean scrambled() {
        return recentPackets >= FEWEST_PACKETS && 2 * Long.bitCount(recent) >= recentPackets;
    }

    /**
     * Whether the bytes are a transport stream: three sync bytes have been found at the distance of a packet, and one at
     * the start of each packet since.
     */
    public boolean transportStream() {
        return framer.synced();
    }

    /** Whether the tables of a program have come. */
    public boolean programKnown() {
        return program != null;
    }

    /** Whether the tables of a program have come, and list video. */
    public boolean hasVideo() {
        return program != null && program.videoPid() != TsProgram.NONE;
    }

    /** Whether the tables of a program have come, and list audio. */
    public boolean hasAudio() {
        return program != null && program.audioPid() != TsProgram.NONE;
    }

    /** Whether the program's video is not only listed: a unit of it has begun, in clear. */
    public boolean videoSeen() {
        return videoSeen;
    }

    /** Whether the program's audio is not only listed: a unit of it has begun, in clear. */
    public boolean audioSeen() {
        return audioSeen;
    }

    /**
     * How much later than a time the latest unit of audio lies that was not left out, in 90 kHz ticks; negative where it
     * lies before, 0 where there was none.
     *
     * @param time 90 kHz ticks, of which 33 bits count
     */
    public long audioAfter(long time) {
        return audioTimed ? Ticks.between(time, audioTime) : 0;
    }

    /** What has changed since the last call, the tables first; the next call starts anew. */
    public Change change() {
        // Asked in any case: both are cleared.
        boolean jumped = clock.jumped();
        Change change = tablesChanged ? Change.TABLES : jumped ? Change.JUMP : Change.NONE;
        tablesChanged = false;
        return change;
    }

    private void packet(byte[] data, int packet) {
        packets++;
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
            scrambledPackets += scrambled ? 1 : 0;
            recent = (recent << 1) | (scrambled ? 1 : 0);
            recentPackets = Math.min(Long.SIZE, recentPackets + 1);
            if (!scrambled && TsPacket.startsUnit(data, packet) && Pes.starts(data, packet)) {
                unit(data, packet, pid);
            }
        }
        if (usable != null && pid != TsPacket.NULL_PID && !isLeftOut(pid)) {
            usable.write(data, packet, TsPacket.SIZE);
        }
    }

    private void unit(byte[] data, int packet, int pid) {
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
        long shown = Ticks.read(data, pts);
        long decoded = dts < 0 ? shown : Ticks.read(data, dts);
        if (video) {
            videoLeftOut = !isPlausible(clock, decoded) || !follows(decoded, shown);
            pictureTimed |= !videoLeftOut;
            pictureTime = videoLeftOut ? pictureTime : decoded;
            return;
        }
        if (hasVideo()) {
            boolean apart = pictureTimed && Math.abs(Ticks.between(pictureTime, decoded)) > MOST_APART;
            audioLeftOut = apart || !isPlausible(soundClock, decoded);
        } else {
            audioLeftOut = !isPlausible(clock, decoded);
        }
        if (!audioLeftOut) {
            audioTimed = true;
            audioTime = decoded;
        }
    }

    private boolean isPlausible(JumpDetector detector, long time) {
        boolean known = detector.hasJumped();
        detector.time(time);
        if (detector == clock && clock.hasJumped() && !known) {
            forget();
        }
        return !detector.doubting();
    }

    private static boolean follows(long decoded, long shown) {
        long later = Ticks.between(decoded, shown);
        return later >= 0 && later <= MOST_REORDERING;
    }

    private boolean isLeftOut(int pid) {
        return program != null
                && (pid == program.videoPid() ? videoLeftOut : pid == program.audioPid() && audioLeftOut);
    }

    /** What was passed on in this piece belongs to what is over. */
    private void forget() {
        if (usable != null) {
            usable.reset();
        }
        soundClock.restart();
    }

    private void changeTo(@Nullable TsProgram now) {
        TsProgram before = program;
        if (before != null && now != null && !before.sameStreams(now)) {
            tablesChanged = true;
            videoSeen = false;
            audioSeen = false;
            videoLeftOut = false;
            audioLeftOut = false;
            pictureTimed = false;
            audioTimed = false;
            clock.restart();
            forget();
        }
        program = now;
    }

    /** As long as no program is known, everything that is no table. */
    private boolean isElementary(int pid) {
        if (program == null) {
            return pid >= TsPacket.FIRST_FREE_PID && pid != TsPacket.NULL_PID;
        }
        return pid == program.videoPid() || pid == program.audioPid();
    }
}
