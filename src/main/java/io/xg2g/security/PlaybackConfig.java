package io.xg2g.security;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Playback tokens: the signed, short-lived tokens in addresses that players fetch. */
@ConfigMapping(prefix = "xg2g.security.playback")
public interface PlaybackConfig {

    /**
     * How long an address that was given out may be opened by every client: 10s to 1h. After that, only the client that it
     * was given to opens it.
     */
    @WithDefault("5m")
    Duration lifetime();

    /**
     * How long a playback lasts, apart from a pause as long as {@code xg2g.live.window}, and how long its address may be
     * opened by the client that it was given to: 1m to 168h.
     */
    @WithDefault("12h")
    Duration longest();

    /**
     * How long the addresses in a list that was fetched with an identity may be opened by the client that fetched it: 1m to
     * 168h. Players that fetch their list once a day need more than a day.
     */
    @WithDefault("48h")
    Duration listLifetime();

    /**
     * The keys, each an id of 1 to 16 letters or digits, a colon, and at least 32 bytes in Base64. The first one signs, all
     * verify. Without any, a key is generated at the first start and kept in the data directory.
     */
    Optional<List<String>> keys();
}
