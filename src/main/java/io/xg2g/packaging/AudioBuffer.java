package io.xg2g.packaging;

import io.xg2g.media.AacFrame;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** The latest audio frames of a source, from which windows take theirs. Not thread-safe. */
final class AudioBuffer {
    /** Longer than any window stays wanted, in 90 kHz ticks. */
    private static final long KEPT = 30L * 90_000;

    private final Deque<AacFrame> frames = new ArrayDeque<>();

    /** Takes the next frame; one that does not lie after the last one is left out. */
    void add(AacFrame frame) {
        AacFrame last = frames.peekLast();
        if (last != null && frame.pts() <= last.pts()) {
            return;
        }
        frames.addLast(frame);
        while (frame.pts() - frames.getFirst().pts() > KEPT) {
            frames.removeFirst();
        }
    }

    /** Whether everything before that time has come. */
    boolean reaches(long pts) {
        AacFrame last = frames.peekLast();
        return last != null && last.pts() >= pts;
    }

    /** The frames that begin from one time until before another. */
    List<AacFrame> between(long from, long to) {
        return frames.stream()
                .filter(frame -> frame.pts() >= from && frame.pts() < to)
                .toList();
    }
}
