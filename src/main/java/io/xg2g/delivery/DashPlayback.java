package io.xg2g.delivery;

import io.xg2g.problem.ProblemType;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Playback of a DASH manifest.
 *
 * @param start start of the playback, in milliseconds since 1970; empty for a new one. The {@code Location} of the manifest,
 *     from which players request updates, contains it
 * @param known periods that the player has; empty for a new one, and also in the {@code Location}
 * @param gstreamer whether the player is GStreamer. Its demuxers add the time of the first listed segment within its period to the
 *     position that they look for, so each segment timeline begins at the start of the period, with a segment that may be gone;
 *     that of {@code playbin3} fills a buffer of 30 s before it plays, so it begins as far behind
 */
record DashPlayback(OptionalLong start, Optional<KnownPeriods> known, boolean gstreamer) {
    /**
     * Returns the playback of a request.
     *
     * @param start query parameter {@code start}, if any
     * @param periods query parameter {@code periods}, if any
     * @param userAgent {@code User-Agent}, if any
     * @throws io.xg2g.problem.ProblemException if a parameter is none that a {@code Location} contains
     */
    static DashPlayback of(@Nullable Long start, @Nullable String periods, @Nullable String userAgent) {
        if (start != null && start < 0) {
            throw invalid("start is " + start + "; allowed: milliseconds since 1970");
        }
        Optional<KnownPeriods> known = periods == null ? Optional.empty() : KnownPeriods.parse(periods);
        if (periods != null && known.isEmpty()) {
            throw invalid("periods is malformed; allowed: the value");
        }
        return new DashPlayback(
                start == null ? OptionalLong.empty() : OptionalLong.of(start),
                known,
                userAgent != null && userAgent.startsWith("GStreamer"));
    }

    private static RuntimeException invalid(String reason) {
        return ProblemType.INVALID_REQUEST
                .with(reason + ", as in the manifest's Location")
                .asException();
    }

    /**
     * Returns the playback with a start, which is not after the oldest period.
     *
     * @param latest start of a new one, in milliseconds since 1970
     */
    DashPlayback startedBy(long latest) {
        return new DashPlayback(OptionalLong.of(Math.min(start.orElse(latest), latest)), known, gstreamer);
    }
}
