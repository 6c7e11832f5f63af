package io.xg2g.delivery;

import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Playback of a DASH manifest.
 *
 * @param start start of the playback, in milliseconds since 1970; empty for a new one. The {@code Location} of the manifest,
 *     from which players request updates, contains it
 * @param gstreamer whether the player is GStreamer. Its demuxers add the time of the first listed segment within its period to the
 *     position that they look for, so each segment timeline begins at the start of the period, with a segment that may be gone;
 *     that of {@code playbin3} fills a buffer of 30 s before it plays, so it begins as far behind
 */
record DashPlayback(OptionalLong start, boolean gstreamer) {
    /** Returns the playback of a request with this parameter {@code start} and this {@code User-Agent}. */
    static DashPlayback of(@Nullable Long start, @Nullable String userAgent) {
        return new DashPlayback(
                start == null ? OptionalLong.empty() : OptionalLong.of(start),
                userAgent != null && userAgent.startsWith("GStreamer"));
    }

    /**
     * Returns the playback with a start, which is not after the oldest period.
     *
     * @param latest start of a new one, in milliseconds since 1970
     */
    DashPlayback startedBy(long latest) {
        return new DashPlayback(OptionalLong.of(Math.min(start.orElse(latest), latest)), gstreamer);
    }
}
