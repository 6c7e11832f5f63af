package io.xg2g.packaging;

import io.xg2g.media.AacFrame;
import io.xg2g.media.AacTrack;
import io.xg2g.media.AdtsHeader;
import io.xg2g.media.SilentAac;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The audio of one epoch: frames in, segments out, each of which begins exactly where the one before it ended. Not
 * thread-safe.
 */
public final class AudioRendition {
    public static final String NAME = "audio";

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
    private final AacFrame silence;
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
        this.silence = new AacFrame(0, SilentAac.frame(header));
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

    /**
     * The segment of the next window. It begins where the segment before it ended and reaches to the window's end, give
     * or take a frame: silence is put where frames are missing, so that players find no hole within an epoch and audio
     * stays with its video.
     *
     * @param frames the window's frames, oldest first
     * @param from where the window begins, in 90 kHz ticks of the source
     * @param to where it ends
     * @return empty where the window has no frame that can be used, so that it is a {@link #gap}
     */
    Optional<Piece> segment(List<AacFrame> frames, long from, long to) {
        List<AacFrame> kept = new ArrayList<>();
        long time = next;
        long end = next;
        for (AacFrame frame : frames) {
            long own = samples(frame.pts());
            if (end == Long.MIN_VALUE) {
                time = own - FRAME_SAMPLES * Math.max(0, (own - samples(from)) / FRAME_SAMPLES);
                end = time;
            }
            if (own < end - TOLERANCE) {
                continue;
            }
            if (own > end + TOLERANCE) {
                end = fill(kept, end, own + FRAME_SAMPLES / 2);
            }
            kept.add(frame);
            end += FRAME_SAMPLES;
        }
        if (kept.isEmpty()) {
            return Optional.empty();
        }
        next = fill(kept, end, samples(to));
        return Optional.of(new Piece(time, next - time, track.fragment(sequence++, time, kept)));
    }

    /** Adds as many silent frames as end by the given time, and returns where the last frame ends. */
    private long fill(List<AacFrame> frames, long end, long until) {
        long filled = end;
        for (; filled + FRAME_SAMPLES <= until; filled += FRAME_SAMPLES) {
            frames.add(silence);
        }
        return filled;
    }

    /**
     * What stands for the audio of a window without any: from where the audio before it ended to the window's end, so
     * that what comes after it begins where it ends.
     *
     * @param from where the window begins, in 90 kHz ticks of the source
     * @param to where it ends
     */
    Segment gap(long from, long to) {
        long begin = next == Long.MIN_VALUE ? samples(from) : next;
        next = Math.max(begin + 1, samples(to));
        return new Segment(begin, next - begin, 0, true);
    }
}
