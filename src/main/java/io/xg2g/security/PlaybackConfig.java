package io.xg2g.security;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The tokens in the addresses that players fetch. */
@ConfigMapping(prefix = "xg2g.security.playback")
public interface PlaybackConfig {

    /**
     * How long an address is good before its first use, for others than its player, and after the player's last request: 10s
     * to 1h.
     */
    @WithDefault("5m")
    Duration lifetime();

    /** How long a playback may go on before it has to be begun anew: 1m to 168h. */
    @WithDefault("12h")
    Duration longest();

    /**
     * The keys, each an id of 1 to 16 letters or digits, a colon, and at least 32 bytes in Base64. The first one signs; the
     * others are good for tokens that were signed with them. Without any, a random one is made at every start.
     */
    Optional<List<String>> keys();
}
