package io.xg2g.packaging;

import io.xg2g.media.AudioFrame;
import io.xg2g.media.CmafAudio;
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

    private static final long TICKS_PER_SECOND = 90_000;

    /** Maximum gap or overlap between a frame and the end of the previous one, in samples (40 ms at 48 kHz). */
    private static final long TOLERANCE = 1920;

    /**
     * Audio segment.
     *
     * @param time in samples of channel time
     * @param duration in samples
     */
    @SuppressWarnings("ArrayRecordComponent") // The array is never modified.
    record AudioSegment(long time, long duration, byte[] bytes) {

        /** Returns the published segment; a gap if its file could not be written. */
        Segment segment(boolean gap) {
            return new Segment(time, duration, gap ? 0 : bytes.length, gap);
        }
    }

    private final CmafAudio track;
    private final AudioFrame silence;
    private final int frameSamples;
    private final long offset;
    private long next = Long.MIN_VALUE;
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

    CmafAudio track() {
        return track;
    }

    /** Converts a time of the source, in 90 kHz ticks, to channel time in samples. */
    long samples(long pts) {
        // Seconds and ticks are converted separately: ticks multiplied by the sample rate would overflow.
        long ticks = pts + offset;
        long seconds = Math.floorDiv(ticks, TICKS_PER_SECOND);
        long fraction = Math.floorMod(ticks, TICKS_PER_SECOND) * track.timescale() + TICKS_PER_SECOND / 2;
        return seconds * track.timescale() + fraction / TICKS_PER_SECOND;
    }

    /**
     * Creates the segment of the next window. It begins at the end of the previous segment and ends within one frame of
     * the window's end. Missing frames are replaced by silence, so that an epoch has no gaps and audio stays in sync
     * with video.
     *
     * @param frames frames of the window, oldest first
     * @param from start of the window, in 90 kHz ticks of the source
     * @param to end of the window
     * @return empty if the window has no usable frame; the caller then adds a {@link #gap}
     */
    Optional<AudioSegment> segment(List<? extends AudioFrame> frames, long from, long to) {
        List<AudioFrame> included = new ArrayList<>();
        long time = next;
        long end = next;
        for (AudioFrame frame : frames) {
            long start = samples(frame.pts());
            if (end == Long.MIN_VALUE) {
                time = start - frameSamples * Math.max(0, (start - samples(from)) / frameSamples);
                end = time;
            }
            if (start < end - TOLERANCE || !track.accepts(frame)) {
                continue;
            }
            if (start > end + TOLERANCE) {
                end = fill(included, end, start + frameSamples / 2);
            }
            included.add(frame);
            end += frameSamples;
        }
        if (included.isEmpty()) {
            return Optional.empty();
        }
        next = fill(included, end, samples(to));
        return Optional.of(new AudioSegment(time, next - time, track.fragment(sequence++, time, included)));
    }

    /** Adds the silent frames that end before or at the given time; returns the end of the last frame. */
    private long fill(List<AudioFrame> frames, long end, long until) {
        long filled = end;
        for (; filled + frameSamples <= until; filled += frameSamples) {
            frames.add(silence);
        }
        return filled;
    }

    /**
     * Creates the gap of a window without audio, from the end of the previous segment to the end of the window.
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
