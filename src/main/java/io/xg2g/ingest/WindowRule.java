package io.xg2g.ingest;

import io.xg2g.ffmpeg.FrameGrid;
import io.xg2g.media.Ticks;
import java.util.List;
import java.util.OptionalLong;

/**
 * Rule for the ends of windows. Windows have the duration of the grid, and the first one is shorter, for a fast start. If the
 * source's own video may be published, a window ends at the keyframe that is nearest to its regular end, so that an irregular
 * GOP, for instance at the end of a loop, moves the later windows instead of ending that publication.
 *
 * <p>Immutable; all times are 90 kHz ticks.
 *
 * @param grid grid of a regular window
 * @param atKeyframes whether windows end at keyframes
 */
record WindowRule(FrameGrid grid, boolean atKeyframes) {
    /** Minimum duration of the first window that ends at a keyframe: 0.5 s. */
    static final long MIN_FIRST = Ticks.PER_SECOND / 2;

    /** Maximum distance of a keyframe from the grid, in ticks, caused by rounding of the source's times. */
    static final long TOLERANCE = 100;

    /** Returns the maximum duration of a window: 2.4 s for windows of 2 s, which HLS rounds to 2 (RFC 8216bis, 4.4.3.1). */
    long longest() {
        return grid.durationTicks() * 6 / 5;
    }

    /** Returns the number of frames of the grid in a window of that duration, at least 1. */
    int frames(long duration) {
        return Math.max(1, (int) Math.round(duration * grid.rate() / Ticks.PER_SECOND));
    }

    /** Returns the duration of that many frames. */
    long duration(int frames) {
        return grid.withFrames(frames).durationTicks();
    }

    /**
     * Returns the end of a window.
     *
     * @param from start of the window
     * @param first whether it is the first one
     * @param keyframes presentation times of the known keyframes, ascending
     * @param known all frames that are presented before this time are known
     * @return empty if later frames decide
     */
    OptionalLong end(long from, boolean first, List<Long> keyframes, long known) {
        if (atKeyframes) {
            return atKeyframe(from, first, keyframes, known);
        }
        long end = from + (first ? duration(Math.max(1, grid.frames() / 2)) : grid.durationTicks());
        return known >= end ? OptionalLong.of(end) : OptionalLong.empty();
    }

    private OptionalLong atKeyframe(long from, boolean first, List<Long> keyframes, long known) {
        long regular = from + grid.durationTicks();
        // A window that does not begin with a keyframe is not published without encoding, and is not extended for that.
        boolean begins = keyframes.stream().anyMatch(key -> Math.abs(key - from) <= TOLERANCE);
        long earliest = from + (first ? MIN_FIRST : grid.durationTicks() / 2);
        long latest = begins ? from + longest() : regular + TOLERANCE;
        long wanted = first ? earliest : regular;
        OptionalLong nearest = keyframes.stream()
                .mapToLong(Long::longValue)
                .filter(key -> key >= earliest && key <= latest)
                .reduce((one, other) -> Math.abs(other - wanted) < Math.abs(one - wanted) ? other : one);
        if (nearest.isEmpty()) {
            return known >= latest ? OptionalLong.of(regular) : OptionalLong.empty();
        }
        long key = nearest.getAsLong();
        // Until then a nearer keyframe could follow.
        long decided = Math.max(key, Math.min(latest, 2 * wanted - key));
        return known >= decided ? OptionalLong.of(onGrid(from, key)) : OptionalLong.empty();
    }

    private long onGrid(long from, long key) {
        long end = from + duration(frames(key - from));
        return Math.abs(end - key) <= TOLERANCE ? end : key;
    }
}
