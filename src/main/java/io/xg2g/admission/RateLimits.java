package io.xg2g.admission;

import io.xg2g.config.ConfigBounds;
import jakarta.inject.Singleton;
import java.util.EnumMap;
import java.util.Map;

/** Checked form of {@link RateLimitConfig}. */
@Singleton
class RateLimits {
    private static final String PREFIX = "xg2g.rate-limit.";

    private final boolean enabled;
    private final Rate global;
    private final Rate client;
    private final Rate playback;
    private final Map<Kind, Rate> modes = new EnumMap<>(Kind.class);

    /** Refill rate and capacity of a token bucket. */
    record Rate(long perSecond, long burst) {}

    RateLimits(RateLimitConfig config) {
        enabled = config.enabled();
        global = rate("global", config.globalRate(), config.globalBurst());
        client = rate("per-ip", config.perIpRate(), config.perIpBurst());
        playback = rate("playback", config.playbackRate(), config.playbackBurst());
        modes.put(Kind.STANDARD, mode("standard", config.modeStandard()));
        modes.put(Kind.AUDIO_PROXY, mode("audio-proxy", config.modeAudioProxy()));
        modes.put(Kind.GPU, mode("gpu", config.modeGpu()));
    }

    boolean enabled() {
        return enabled;
    }

    Rate global() {
        return global;
    }

    Rate client() {
        return client;
    }

    Rate playback() {
        return playback;
    }

    /** Returns the limits of the modes of playback. */
    Map<Kind, Rate> modes() {
        return modes;
    }

    private static Rate rate(String name, int perSecond, int burst) {
        return new Rate(bounded(name + "-rate", perSecond), bounded(name + "-burst", burst));
    }

    private static Rate mode(String name, int perSecond) {
        long rate = bounded("mode-" + name, perSecond);
        return new Rate(rate, 2 * rate);
    }

    private static long bounded(String name, int value) {
        return ConfigBounds.number(PREFIX + name, value, 1, 1_000_000);
    }
}
