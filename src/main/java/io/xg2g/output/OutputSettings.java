package io.xg2g.output;

import io.xg2g.config.ConfigBounds;
import io.xg2g.connection.ConnectionSettings;
import io.xg2g.connection.Endpoint;
import io.xg2g.connection.TrustedAuthorities;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import javax.net.ssl.TrustManager;

/** Validated form of {@link OutputConfig}. */
@Singleton
class OutputSettings {
    private static final String PREFIX = "xg2g.camera-outputs.";
    private static final String AMQP_1 = "amqp-1.0";
    private static final Pattern PART = Pattern.compile("[A-Za-z0-9._-]{1,64}");
    private static final Pattern EXCHANGE = Pattern.compile("[A-Za-z0-9._-]{1,127}");
    private static final Pattern ADDRESS =
            Pattern.compile("(?=.*\\{exchange})(?=.*\\{key})(?:[A-Za-z0-9._/:-]|\\{exchange}|\\{key}){1,200}");
    private static final Pattern DATABASE = Pattern.compile("\\d{0,3}");

    /**
     * The Redis server.
     *
     * @param prefix beginning of all keys, with a colon at its end
     */
    record Redis(Endpoint endpoint, String prefix, Duration ttl) {}

    /** The broker. */
    record Broker(Endpoint endpoint, boolean amqp1, boolean frames, Exchanges exchanges, String address) {}

    /** Names of exchanges. */
    record Exchanges(String frames, String metadata, String status) {}

    private final Optional<Redis> redis;
    private final Optional<Broker> broker;
    private final Duration timeout;
    private final int inFlight;
    private final Optional<TrustManager> trust;

    @Inject
    OutputSettings(OutputConfig config) {
        timeout = ConfigBounds.duration(
                PREFIX + "timeout", config.timeout(), Duration.ofMillis(100), Duration.ofMinutes(1));
        inFlight = (int) ConfigBounds.number(PREFIX + "in-flight", config.inFlight(), 1, 10_000);
        redis = redis(config.redis());
        broker = broker(config.broker());
        trust = config.caFile().map(file -> TrustedAuthorities.of(PREFIX + "ca-file", file));
    }

    /** Returns where frames are stored; empty if they are not. */
    Optional<Redis> redis() {
        return redis;
    }

    /** Returns where frames are published; empty if they are not. */
    Optional<Broker> broker() {
        return broker;
    }

    Duration timeout() {
        return timeout;
    }

    int inFlight() {
        return inFlight;
    }

    /** Returns the settings of a connection to one of the servers. */
    ConnectionSettings connection(Endpoint endpoint) {
        return new ConnectionSettings(endpoint, timeout, inFlight, trust);
    }

    private static Optional<Redis> redis(OutputConfig.Redis config) {
        String prefix = PREFIX + "redis.";
        String keys = matching(prefix + "vhost", config.vhost(), PART, "1 to 64 letters, digits and . _ -")
                + ":"
                + matching(prefix + "prefix", config.prefix(), PART, "1 to 64 letters, digits and . _ -")
                + ":";
        Duration ttl = ConfigBounds.duration(prefix + "ttl", config.ttl(), Duration.ofSeconds(1), Duration.ofHours(24));
        Optional<Endpoint> endpoint = config.url()
                .map(url -> Endpoint.of(prefix, Endpoint.Schemes.REDIS, url, config.username(), config.password()));
        endpoint.ifPresent(server ->
                matching(prefix + "url", server.path(), DATABASE, "a URL whose path is the number of a database"));
        return endpoint.map(server -> new Redis(server, keys, ttl));
    }

    private static Optional<Broker> broker(OutputConfig.Broker config) {
        String prefix = PREFIX + "broker.";
        String names = "1 to 127 letters, digits and . _ -";
        Exchanges exchanges = new Exchanges(
                matching(prefix + "exchange", config.exchange(), EXCHANGE, names),
                matching(prefix + "metadata-exchange", config.metadataExchange(), EXCHANGE, names),
                matching(prefix + "status-exchange", config.statusExchange(), EXCHANGE, names));
        String address = matching(
                prefix + "address",
                config.address(),
                ADDRESS,
                "{exchange} and {key}, and at most 200 letters, digits and . _ / : - around them");
        String protocol = ConfigBounds.oneOf(prefix + "protocol", config.protocol(), Set.of("amqp-0-9-1", AMQP_1));
        return config.url()
                .map(url -> new Broker(
                        Endpoint.of(prefix, Endpoint.Schemes.AMQP, url, config.username(), config.password()),
                        protocol.equals(AMQP_1),
                        config.frames(),
                        exchanges,
                        address));
    }

    private static String matching(String key, String value, Pattern allowed, String description) {
        if (!allowed.matcher(value).matches()) {
            throw ConfigBounds.outside(key, "«" + value + "»", description);
        }
        return value;
    }
}
