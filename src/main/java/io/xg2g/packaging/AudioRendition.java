package io.xg2g.packaging;

import io.xg2g.media.AudioFrame;
import io.xg2g.media.CmafAudio;
import io.xg2g.media.Ticks;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Packager of one audio track of an epoch: groups frames into segments, each of which begins exactly where the previous one
 * ended. Not thread-safe.
 */
public final class AudioRendition {
    /** Name of the default track. */
    public static final String NAME = "audio";

    /** Part of a second by which frames may be published beside their own times: 4 ms, less than the tolerated offset to video. */
    private static final int PHASES_PER_SECOND = 250;

    /**
     * Audio segment.
     *
     * @param time in samples of channel time
     * @param duration in samples
     * @param frames its frames, in channel time
     * @param silent whether no frame is the source's
     */
    @SuppressWarnings("ArrayRecordComponent") // The array is never modified.
    record AudioSegment(long time, long duration, byte[] bytes, List<AudioFrame> frames, boolean silent) {

        /** Returns the published segment; a gap if its file could not be written. */
        Segment segment(boolean gap) {
            return gap
                    ? new Segment(time, duration, 0, Segment.Content.GAP)
                    : new Segment(time, duration, bytes.length, silent ? Segment.Content.HELD : Segment.Content.SOURCE);
        }
    }

    private final CmafAudio track;
    private final AudioFrame silence;
    private final int frameSamples;
    private long offset;
    private long next = Long.MIN_VALUE;

    /** Whether the next segment continues the frames of the previous one. */
    private boolean continuous;

    private long sequence = 1;

    /**
     * Creates the rendition of an epoch.
     *
     * @param offset from the source's time to channel time, in 90 kHz ticks
     */
    AudioRendition(CmafAudio track, long offset) {
        this.track = track;
        this.silence = track.silence();
        this.frameSamples = track.frameSamples();
        this.offset = offset;
    }

    /** Sets the offset; with another one, the frames of the next segment have another phase than those before it. */
    void offset(long changed) {
        continuous &= changed == offset;
        offset = changed;
    }

    CmafAudio track() {
        return track;
    }

    /** Converts a time of the source, in 90 kHz ticks, to channel time in samples. */
    long samples(long pts) {
        // Seconds and ticks are converted separately: ticks multiplied by the sample rate would overflow.
        long ticks = pts + offset;
        long seconds = Math.floorDiv(ticks, Ticks.PER_SECOND);
        long fraction = (long) Math.floorMod(ticks, Ticks.PER_SECOND) * track.timescale() + Ticks.PER_SECOND / 2;
        return seconds * track.timescale() + fraction / Ticks.PER_SECOND;
    }

    /**
     * Creates the segment of the next window. It begins at the end of the previous segment and ends within one frame of
     * the window's end. Missing frames are replaced by silence, and overlapping ones dropped, so that an epoch has no gaps and each
     * frame is at most half a frame beside its own time. If that is more than 4 ms at the end of a segment, or the
     * {@linkplain #offset offset} has changed, the next segment begins with a silent frame that is stretched up to the time of a frame.
     *
     * @param frames frames of the window, oldest first
     * @param from start of the window, in 90 kHz ticks of the source
     * @param to end of the window
     * @return empty if the window is shorter than a frame; the caller then adds a {@link #gap}
     */
    Optional<AudioSegment> segment(List<? extends AudioFrame> frames, long from, long to) {
        List<AudioFrame> included = new ArrayList<>();
        long time = next == Long.MIN_VALUE ? samples(from) : next;
        long end = time;
        int stretch = 0;
        long phase = 0;
        boolean silent = true;
        for (AudioFrame frame : frames) {
            long start = samples(frame.pts());
            if (!track.accepts(frame) || (!continuous && start < next)) {
                continue;
            }
            boolean joins = !continuous && next != Long.MIN_VALUE;
            if (!continuous && !joins) {
                time = start - frameSamples * Math.max(0, (start - time) / frameSamples);
                end = time;
            } else if (joins) {
                stretch = (int) ((start - time) % frameSamples);
                end = fill(
                        included, time + stretch, start + (start - time == stretch && stretch > 0 ? frameSamples : 0));
            }
            continuous = true;
            if (start < end - (joins ? 0 : frameSamples / 2)) {
                continue;
            }
            end = fill(included, end, start + frameSamples / 2 - 1);
            phase = start - end;
            included.add(frame.at(frame.pts() + offset));
            end += frameSamples;
            silent = false;
        }
        end = fill(included, end, samples(to));
        if (included.isEmpty()) {
            return Optional.empty();
        }
        next = end;
        continuous &= Math.abs(phase) <= track.timescale() / PHASES_PER_SECOND;
        byte[] fragment = track.fragment(sequence++, time, stretch, included);
        return Optional.of(new AudioSegment(time, next - time, fragment, included, silent));
    }

    /** Adds the silent frames that end before or at the given time; returns the end of the last frame. */
    private long fill(List<AudioFrame> frames, long end, long until) {
        long filled = end;
        for (; filled + frameSamples <= until; filled += frameSamples) {
            frames.add(silence.at(ticks(filled)));
        }
        return filled;
    }

    private long ticks(long samples) {
        int rate = track.timescale();
        return Ticks.of(samples, rate);
    }

    /**
     * Creates the gap of a window without a whole frame, from the end of the previous segment to the end of the window.
     *
     * @param from start of the window, in 90 kHz ticks of the source
     * @param to end of the window
     */
    Segment gap(long from, long to) {
        long begin = next == Long.MIN_VALUE ? samples(from) : next;
        next = Math.max(begin + 1, samples(to));
        return new Segment(begin, next - begin, 0, true);
    }
}
