package io.xg2g.ffmpeg;

import java.util.Map;

/**
 * Time limits of child processes and requests that are not reached on a slow machine either, for the tests of everything else. The
 * defaults are for machines that keep up with their work.
 */
public final class LongDeadlines {
    /** By the names of the properties. */
    public static final Map<String, String> PROPERTIES = Map.of(
            "xg2g.ffmpeg.inspect-timeout", "1m",
            "xg2g.ffmpeg.start-timeout", "1m",
            "xg2g.ffmpeg.stall-timeout", "1m",
            "xg2g.ffmpeg.run-timeout", "10m");

    /** Those of requests: a slow machine starts channels slowly, and sends slowly. */
    public static final Map<String, String> OF_REQUESTS =
            Map.of("xg2g.live.start-timeout", "1m", "xg2g.http.body-timeout", "1m");

    private LongDeadlines() {}
}
