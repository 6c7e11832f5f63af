package io.xg2g.security;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Playback tokens: the signed, short-lived tokens in URLs that players fetch. */
@ConfigMapping(prefix = "xg2g.security.playback")
public interface PlaybackConfig {

    /**
     * How long every client may open a URL after it was issued: 10s to 1h. After that, only the client that it was
     * issued to may open it.
     */
    @WithDefault("5m")
    Duration lifetime();

    /**
     * Maximum duration of a playback, excluding a pause as long as {@code xg2g.live.window}, and how long its URL may
     * be opened by the client that it was issued to: 1m to 168h.
     */
    @WithDefault("12h")
    Duration longest();

    /**
     * How long the URLs in a list that was fetched with an identity may be opened by the client that fetched it: 1m to
     * 168h. Players that fetch their list once a day need more than a day.
     */
    @WithDefault("48h")
    Duration listLifetime();

    /**
     * The signing keys, each an id of 1 to 16 letters or digits, a colon, and at least 32 bytes in Base64. The first
     * one signs, all of them verify. If there is none, a key is generated at the first start and stored in the data
     * directory; the gateways of a cluster derive one from {@code xg2g.cluster.secret}.
     */
    Optional<List<String>> keys();
}
