package io.xg2g.live;

import io.xg2g.media.AacFrame;
import io.xg2g.media.AacTrack;
import io.xg2g.media.AdtsHeader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The audio of one epoch: frames in, segments out, on a clock of samples that neither gaps nor overlaps unless the source
 * does. Not thread-safe.
 */
final class AudioRendition {
    static final String NAME = "audio";

    private static final int FRAME_SAMPLES = 1024;
    private static final long TICKS = 90_000;

    /** How far a frame's own time may lie from where the frames before it end, in samples (40 ms at 48 kHz). */
    private static final long TOLERANCE = 1920;

    /**
     * A segment.
     *
     * @param time in samples of channel time
     * @param duration in samples
     */
    @SuppressWarnings("ArrayRecordComponent") // Not changed by anybody.
    record Piece(long time, long duration, byte[] bytes) {

        /** The segment as it is published; a gap where its bytes are not to be had. */
        Segment segment(boolean gap) {
            return new Segment(time, duration, gap ? 0 : bytes.length, gap);
        }
    }

    private final AacTrack track;
    private final long offset;
    private long next = Long.MIN_VALUE;
    private long sequence = 1;

    /**
     * Begins an epoch's audio.
     *
     * @param header of its first frame
     * @param offset what turns the source's time into channel time, in 90 kHz ticks
     */
    AudioRendition(AdtsHeader header, long offset) {
        this.track = new AacTrack(header);
        this.offset = offset;
    }

    byte[] init() {
        return track.init();
    }

    String codec() {
        return track.codec();
    }

    int timescale() {
        return track.timescale();
    }

    /** Where a time of the source lies in the rendition, in samples. */
    long samples(long pts) {
        // Seconds and ticks apart: channel time in ticks, times samples, would not fit.
        long ticks = pts + offset;
        long seconds = Math.floorDiv(ticks, TICKS);
        return seconds * timescale() + (Math.floorMod(ticks, TICKS) * timescale() + TICKS / 2) / TICKS;
    }

    /** The next segment; empty where no frame is left for it. */
    Optional<Piece> segment(List<AacFrame> frames) {
        List<AacFrame> kept = new ArrayList<>();
        long time = next;
        long end = next;
        for (AacFrame frame : frames) {
            long own = samples(frame.pts());
            if (end != Long.MIN_VALUE && own < end - TOLERANCE) {
                continue;
            }
            if (end == Long.MIN_VALUE || own > end + TOLERANCE) {
                // A hole in the source: what lies before it would end late, what comes after it begins where it
                // belongs.
                end = kept.isEmpty() ? own : end;
                time = kept.isEmpty() ? own : time;
            }
            kept.add(frame);
            end += FRAME_SAMPLES;
        }
        if (kept.isEmpty()) {
            return Optional.empty();
        }
        next = end;
        return Optional.of(new Piece(time, end - time, track.fragment(sequence++, time, kept)));
    }

    /**
     * What stands for the sound of a window without any: from where the sound before it ended to the window's end, so
     * that what comes after it does not begin before it ends.
     *
     * @param from where the window begins, in 90 kHz ticks of the source
     * @param to where it ends
     */
    Segment gap(long from, long to) {
        long start = samples(from);
        long begin = next != Long.MIN_VALUE && Math.abs(next - start) <= TOLERANCE ? next : start;
        next = Math.max(begin + 1, samples(to));
        return new Segment(begin, next - begin, 0, true);
    }
}
