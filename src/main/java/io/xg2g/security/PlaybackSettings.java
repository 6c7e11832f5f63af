package io.xg2g.security;

import io.xg2g.config.ConfigBounds;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;

/**
 * The checked configuration of playbacks.
 *
 * @param keys the first one signs
 */
record PlaybackSettings(Duration lifetime, Duration longest, List<PlaybackKey> keys) {

    static PlaybackSettings of(PlaybackConfig config, SecureRandom random) {
        List<PlaybackKey> keys =
                config.keys().orElse(List.of()).stream().map(PlaybackKey::of).toList();
        if (keys.stream().map(PlaybackKey::id).distinct().count() < keys.size()) {
            throw ConfigBounds.outside(
                    "xg2g.security.playback.keys", "a list with an id that occurs twice", "every id once");
        }
        return new PlaybackSettings(
                ConfigBounds.duration(
                        "xg2g.security.playback.lifetime",
                        config.lifetime(),
                        Duration.ofSeconds(10),
                        Duration.ofHours(1)),
                ConfigBounds.duration(
                        "xg2g.security.playback.longest",
                        config.longest(),
                        Duration.ofMinutes(1),
                        Duration.ofHours(168)),
                keys.isEmpty() ? List.of(PlaybackKey.random(random)) : keys);
    }
}
