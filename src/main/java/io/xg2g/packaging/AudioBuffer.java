package io.xg2g.packaging;

import io.xg2g.media.AudioFrame;
import io.xg2g.media.Ticks;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** Buffer of an audio track's frames of the latest 30 s, in order of their presentation times. Not thread-safe. */
final class AudioBuffer {
    /** Longer than any window stays in the queue, in 90 kHz ticks. */
    private static final long RETENTION_TICKS = 30L * Ticks.PER_SECOND;

    private final Deque<AudioFrame> frames = new ArrayDeque<>();

    /** Presentation time of the latest frame that was taken. */
    private long taken = Long.MIN_VALUE;

    /** Adds the next frame; drops one whose time is not after that of the latest frame. */
    void add(AudioFrame frame) {
        AudioFrame last = frames.peekLast();
        if (last != null && frame.pts() <= last.pts()) {
            return;
        }
        frames.addLast(frame);
        while (frame.pts() - frames.getFirst().pts() > RETENTION_TICKS) {
            frames.removeFirst();
        }
    }

    /** Returns whether all frames before the given time have been added. */
    boolean reaches(long pts) {
        AudioFrame last = frames.peekLast();
        return last != null && last.pts() >= pts;
    }

    /** Returns whether the latest frame is earlier than the given time. */
    boolean hasStoppedBefore(long pts) {
        AudioFrame last = frames.peekLast();
        return last != null && last.pts() < pts;
    }

    /** Takes the frames with {@code from <= pts < to}, except those that were taken before, and frames before those. */
    List<AudioFrame> take(long from, long to) {
        List<AudioFrame> found = frames.stream()
                .filter(frame -> frame.pts() >= from && frame.pts() < to && frame.pts() > taken)
                .toList();
        if (!found.isEmpty()) {
            taken = found.getLast().pts();
        }
        return found;
    }

    /** Permits that all frames are taken once more. */
    void rewind() {
        taken = Long.MIN_VALUE;
    }
}
