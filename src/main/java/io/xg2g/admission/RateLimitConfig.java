package io.xg2g.admission;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/**
 * Rate limits. Each one is a token bucket with the capacity {@code burst} that is refilled with {@code rate} tokens per second.
 * {@code docs/RATE_LIMITING.md} lists which requests count.
 */
@ConfigMapping(prefix = "xg2g.rate-limit")
public interface RateLimitConfig {

    /** Enables the rate limits. */
    @WithDefault("true")
    boolean enabled();

    /** Admissions per second, all clients together: 1 to 1000000. */
    @WithDefault("100")
    int globalRate();

    /** Burst of these admissions: 1 to 1000000. */
    @WithDefault("200")
    int globalBurst();

    /**
     * Admissions per second of one client, which is an identity or, without authentication, an IP address (IPv6: the /64 prefix):
     * 1 to 1000000.
     */
    @WithDefault("10")
    int perIpRate();

    /** Burst of these admissions: 1 to 1000000. */
    @WithDefault("20")
    int perIpBurst();

    /** New playbacks per second in mode {@code standard}; the burst is twice the rate: 1 to 1000000. */
    @WithDefault("50")
    int modeStandard();

    /** New playbacks per second in mode {@code audio_proxy}; the burst is twice the rate: 1 to 1000000. */
    @WithDefault("30")
    int modeAudioProxy();

    /**
     * New playbacks per second in mode {@code gpu}, including HLS and DASH; the burst is twice the rate: 1 to 1000000.
     */
    @WithDefault("20")
    int modeGpu();

    /**
     * Requests for playlists and segments per second of one playback (one client and one channel). A player sends two to four;
     * viewers behind one IP address share the limit. Reads have a separate bucket of this size for each client. 1 to 1000000.
     */
    @WithDefault("100")
    int playbackRate();

    /** Burst of these requests, as when a player fills its buffer: 1 to 1000000. */
    @WithDefault("400")
    int playbackBurst();
}
