package io.xg2g.admission;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/**
 * How much may be begun in a second. Every limit is a bucket that holds {@code burst} and is filled with {@code rate} a
 * second. What is metered is told in {@code docs/RATE_LIMITING.md}.
 */
@ConfigMapping(prefix = "xg2g.rate-limit")
public interface RateLimitConfig {

    /** Whether anything is metered. */
    @WithDefault("true")
    boolean enabled();

    /** Admissions a second, all clients together: 1 to 1000000. */
    @WithDefault("100")
    int globalRate();

    /** How many of them may come at once: 1 to 1000000. */
    @WithDefault("200")
    int globalBurst();

    /**
     * Admissions a second of one client: an identity, or an address where there is none; IPv6 clients count by their /64 network:
     * 1 to 1000000.
     */
    @WithDefault("10")
    int perIpRate();

    /** How many of them may come at once: 1 to 1000000. */
    @WithDefault("20")
    int perIpBurst();

    /** Playbacks in mode {@code standard} that may begin in a second; twice as many at once: 1 to 1000000. */
    @WithDefault("50")
    int modeStandard();

    /** Playbacks in mode {@code audio_proxy} that may begin in a second; twice as many at once: 1 to 1000000. */
    @WithDefault("30")
    int modeAudioProxy();

    /**
     * Playbacks in mode {@code gpu}, HLS and DASH among them, that may begin in a second; twice as many at once: 1 to
     * 1000000.
     */
    @WithDefault("20")
    int modeGpu();

    /**
     * Playlists and segments a second of one playback: one client and one channel. A player needs two to four;
     * viewers behind one address share it. Requests that only look at something have a budget of this size for each client
     * too. 1 to 1000000.
     */
    @WithDefault("100")
    int playbackRate();

    /** How many of them may come at once, as when a player fills its buffer: 1 to 1000000. */
    @WithDefault("400")
    int playbackBurst();
}
