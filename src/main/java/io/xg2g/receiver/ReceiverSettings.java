package io.xg2g.receiver;

import io.xg2g.config.ConfigBounds;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * Checked configuration of one receiver.
 *
 * @param url URL of OpenWebIF, without a trailing slash and without credentials
 * @param maxStreams 0 for no limit
 */
record ReceiverSettings(
        String name, URI url, Optional<Credentials> credentials, Ports ports, Timing timing, int maxStreams) {

    private static final String SECRET = "a value that is not shown";

    /** Stream ports. */
    record Ports(int stream, int relay) {}

    /** Durations; described in {@link ReceiversConfig.Receiver}. */
    record Timing(
            Duration timeout,
            Duration relayTimeout,
            Duration pace,
            Duration remember,
            Duration rememberFailure,
            Duration refresh) {}

    /**
     * Checks the configuration of one receiver.
     *
     * @throws io.quarkus.runtime.configuration.ConfigurationException naming key, value and range of what is wrong
     */
    static ReceiverSettings of(String name, ReceiversConfig.Receiver config) {
        if (!name.matches("[A-Za-z0-9_-]{1,32}")) {
            throw ConfigBounds.outside(
                    "xg2g.receivers", "«" + name + "»", "a name of 1 to 32 letters, digits, hyphens or underscores");
        }
        String key = "xg2g.receivers." + name + ".";
        return new ReceiverSettings(
                name,
                url(key + "url", config.url()),
                credentials(key, config),
                ports(key, config),
                timing(key, config),
                (int) ConfigBounds.number(key + "max-streams", config.maxStreams(), 0, 100));
    }

    /** Returns the headers of every request. */
    Map<String, String> headers() {
        return credentials.map(Credentials::headers).orElse(Map.of());
    }

    /** Returns the timeout of a port for the first packets. */
    Duration timeout(int port) {
        return port == ports.relay() ? timing.relayTimeout() : timing.timeout();
    }

    private static URI url(String key, String value) {
        String allowed =
                "http:// or https://, a host, and possibly port and path; no query or fragment, and no user information:"
                        + " that belongs into username and password";
        try {
            URI url = new URI(value.strip().replaceAll("/+$", ""));
            boolean web = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
            if (web
                    && url.getHost() != null
                    && url.getRawUserInfo() == null
                    && url.getRawQuery() == null
                    && url.getRawFragment() == null) {
                return url;
            }
        } catch (URISyntaxException e) {
            // Reported below without the message of the exception, which may contain a password.
        }
        throw ConfigBounds.outside(key, value.contains("@") ? SECRET : "«" + value + "»", allowed);
    }

    private static Optional<Credentials> credentials(String key, ReceiversConfig.Receiver config) {
        String username = config.username().orElse("");
        if (username.isEmpty() && config.password().isPresent()) {
            throw ConfigBounds.outside(key + "username", "missing", "a name if there is a password");
        }
        if (username.contains(":")) {
            throw ConfigBounds.outside(key + "username", SECRET, "a name without a colon");
        }
        return username.isEmpty()
                ? Optional.empty()
                : Optional.of(new Credentials(username, config.password().orElse("")));
    }

    private static Ports ports(String key, ReceiversConfig.Receiver config) {
        int stream = (int) ConfigBounds.number(key + "stream-port", config.streamPort(), 1, 65_535);
        int relay = (int) ConfigBounds.number(key + "relay-port", config.relayPort(), 1, 65_535);
        if (stream == relay) {
            throw ConfigBounds.outside(
                    key + "relay-port", Integer.toString(relay), "a port other than " + key + "stream-port");
        }
        return new Ports(stream, relay);
    }

    private static Timing timing(String key, ReceiversConfig.Receiver config) {
        Duration min = Duration.ofMillis(100);
        Duration minute = Duration.ofMinutes(1);
        Duration second = Duration.ofSeconds(1);
        return new Timing(
                ConfigBounds.duration(key + "timeout", config.timeout(), min, minute),
                ConfigBounds.duration(key + "relay-timeout", config.relayTimeout(), min, minute),
                ConfigBounds.duration(key + "pace", config.pace(), Duration.ZERO, minute),
                ConfigBounds.duration(key + "remember", config.remember(), second, Duration.ofDays(30)),
                ConfigBounds.duration(
                        key + "remember-failure", config.rememberFailure(), Duration.ZERO, Duration.ofHours(1)),
                ConfigBounds.duration(key + "refresh", config.refresh(), second, Duration.ofDays(7)));
    }
}
