package io.xg2g.receiver;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithParentName;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** Enigma2 receivers with OpenWebIF, from which services are played. */
@ConfigMapping(prefix = "xg2g.receivers")
public interface ReceiversConfig {

    /** Receivers by name. A name has 1 to 32 letters, digits, hyphens or underscores. */
    @WithParentName
    Map<String, Receiver> receivers();

    /** One receiver. */
    interface Receiver {
        /**
         * Where its OpenWebIF is: {@code http://} or {@code https://}, host, and port or path where they are not the
         * usual ones. Credentials do not belong here.
         */
        String url();

        /** The user for OpenWebIF and the stream ports, if they want one. */
        Optional<String> username();

        /** That user's password. */
        Optional<String> password();

        /** The port of its streams: 1 to 65535. */
        @WithDefault("8001")
        int streamPort();

        /** The port of its stream relay: 1 to 65535, another one than the stream port. */
        @WithDefault("17999")
        int relayPort();

        /** How long it may take to answer, for OpenWebIF and for the first packets of a stream: 100ms to 1m. */
        @WithDefault("3s")
        Duration timeout();

        /** How long the stream relay may take to bring the first packets: 100ms to 1m. */
        @WithDefault("8s")
        Duration relayTimeout();

        /** The pause between a connection to a stream port and the next one: 0s to 1m. */
        @WithDefault("1s")
        Duration pace();

        /** How many streams it can give at once: 1 to 100; 0 leaves that to the receiver. */
        @WithDefault("0")
        int maxStreams();

        /** How long a stream's proven address is remembered: 1s to 30d. */
        @WithDefault("24h")
        Duration remember();

        /** How long it is remembered that a service has no stream: 0s to 1h. */
        @WithDefault("60s")
        Duration rememberFailure();

        /** How old the list of services may become: 1s to 7d. */
        @WithDefault("10m")
        Duration refresh();
    }
}
