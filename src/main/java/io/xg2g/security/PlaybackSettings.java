package io.xg2g.security;

import io.xg2g.config.ConfigBounds;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/**
 * Validated configuration of playback tokens.
 *
 * @param lifetime how long every client may open a URL
 * @param longest how long the client that it was issued to may open it
 * @param listLifetime how long the client that fetched a list may open its URLs
 * @param playing maximum duration of a playback
 * @param keys the first one signs
 */
record PlaybackSettings(
        Duration lifetime, Duration longest, Duration listLifetime, Duration playing, List<PlaybackKey> keys) {
    private static final String PREFIX = "xg2g.security.playback.";

    /**
     * Validates the configuration.
     *
     * @param window length of the time-shift buffer: a pause of that length must not end a playback
     * @param ownKey supplies the key if none is configured
     */
    static PlaybackSettings of(PlaybackConfig config, Duration window, Supplier<PlaybackKey> ownKey) {
        List<PlaybackKey> keys =
                config.keys().orElse(List.of()).stream().map(PlaybackKey::of).toList();
        if (keys.stream().map(PlaybackKey::id).distinct().count() < keys.size()) {
            throw ConfigBounds.outside(PREFIX + "keys", "a list with an id that occurs twice", "every id once");
        }
        Duration longest = upToAWeek("longest", config.longest());
        return new PlaybackSettings(
                ConfigBounds.duration(
                        PREFIX + "lifetime", config.lifetime(), Duration.ofSeconds(10), Duration.ofHours(1)),
                longest,
                upToAWeek("list-lifetime", config.listLifetime()),
                longest.plus(window),
                keys.isEmpty() ? List.of(ownKey.get()) : keys);
    }

    private static Duration upToAWeek(String key, Duration value) {
        return ConfigBounds.duration(PREFIX + key, value, Duration.ofMinutes(1), Duration.ofDays(7));
    }
}
