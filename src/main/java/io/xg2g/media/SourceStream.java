package io.xg2g.media;

import org.jspecify.annotations.Nullable;

/**
 * Reception of one video or audio stream of a source: whether it has data, and whether its times are plausible. Not
 * thread-safe.
 */
final class SourceStream {
    /** Consecutive packets with scrambling bits by which a stream is scrambled; in a single one they may be damaged. */
    private static final int SCRAMBLED = 8;

    /** Number of the program that lists it. */
    final int program;

    final JumpDetector clock = new JumpDetector();
    private TsStream stream;
    private int scrambledPackets;
    private boolean received;
    private boolean seen;
    private boolean dropped;
    private boolean timed;
    private long firstTime;
    private long time;

    SourceStream(TsStream stream, int program) {
        this.stream = stream;
        this.program = program;
    }

    /** Sets the entry of a later map, with the same PID and type. */
    void listedAs(TsStream entry) {
        stream = entry;
    }

    TsStream stream() {
        return stream;
    }

    /** Returns whether it is the given stream. */
    boolean is(@Nullable TsStream other) {
        return other != null && stream.isSame(other);
    }

    /** Records a packet with a payload. */
    void packet(boolean scrambled) {
        received = true;
        scrambledPackets = scrambled ? Math.min(SCRAMBLED, scrambledPackets + 1) : 0;
    }

    /** Returns whether the latest packets are scrambled. */
    boolean isScrambled() {
        return scrambledPackets == SCRAMBLED;
    }

    /** Returns whether packets were received, of which the latest ones are not known to be scrambled. */
    boolean mayBeClear() {
        return received && !isScrambled();
    }

    /** Records the start of a PES packet without a PTS, which is used as the one before it. */
    void started() {
        seen |= !dropped;
    }

    /**
     * Records the start of a PES packet.
     *
     * @param decoding its decoding time
     * @param plausible whether the packet, and those that continue it, can be used
     */
    void started(long decoding, boolean plausible) {
        dropped = !plausible;
        if (plausible) {
            seen = true;
            firstTime = timed ? firstTime : decoding;
            timed = true;
            time = decoding;
        }
    }

    /** Forgets what was received before a change of the source. */
    void restart() {
        clock.restart();
        seen = false;
        dropped = false;
        timed = false;
    }

    /** Forgets the times before a jump. */
    void jumped() {
        timed = false;
    }

    /** Forgets its data, whose times are wrong: it has none until a PES packet with a plausible time begins. */
    void mistimed() {
        seen = false;
        timed = false;
    }

    /** Returns whether a PES packet that can be used has begun: not scrambled, with a plausible time. */
    boolean isSeen() {
        return seen;
    }

    /** Returns whether the packets of the current PES packet have an implausible time. */
    boolean isDropped() {
        return dropped;
    }

    /** Returns whether there is a decoding time. */
    boolean isTimed() {
        return timed;
    }

    /** Returns the latest decoding time, in 90 kHz ticks modulo 2^33. */
    long time() {
        return time;
    }

    /** Returns the time from the first decoding time to the latest one, in ticks; 0 if there is none. */
    long lasted() {
        return timed ? Ticks.between(firstTime, time) : 0;
    }
}
