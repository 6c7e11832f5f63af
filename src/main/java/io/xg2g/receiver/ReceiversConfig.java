package io.xg2g.receiver;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithParentName;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** Enigma2 receivers with OpenWebIF. */
@ConfigMapping(prefix = "xg2g.receivers")
public interface ReceiversConfig {

    /** Receivers by name. A name has 1 to 32 letters, digits, hyphens or underscores. */
    @WithParentName
    Map<String, Receiver> receivers();

    /** One receiver. */
    interface Receiver {
        /**
         * URL of OpenWebIF: {@code http://} or {@code https://}, host, and optionally port and path; without credentials.
         */
        String url();

        /** User name for OpenWebIF and the stream ports. */
        Optional<String> username();

        /** Password of the user. */
        Optional<String> password();

        /** Port of the streams: 1 to 65535. */
        @WithDefault("8001")
        int streamPort();

        /** Port of the stream relay: 1 to 65535, other than the stream port. */
        @WithDefault("17999")
        int relayPort();

        /** Timeout for responses of OpenWebIF and for the first packets of a stream: 100ms to 1m. */
        @WithDefault("3s")
        Duration timeout();

        /** Timeout for the first packets of the stream relay: 100ms to 1m. */
        @WithDefault("8s")
        Duration relayTimeout();

        /** Minimum pause between connections to the stream ports: 0s to 1m. */
        @WithDefault("1s")
        Duration pace();

        /** Maximum number of concurrent streams: 1 to 100; 0: no limit. */
        @WithDefault("0")
        int maxStreams();

        /** Time to live of a detected stream URL: 1s to 30d. */
        @WithDefault("24h")
        Duration remember();

        /** Time to live of a failed detection: 0s to 1h. */
        @WithDefault("60s")
        Duration rememberFailure();

        /** Refresh interval of the list of services: 1s to 7d. */
        @WithDefault("10m")
        Duration refresh();
    }
}
