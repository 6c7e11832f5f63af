package io.xg2g.cluster;

import io.quarkus.runtime.configuration.ConfigurationException;
import io.xg2g.config.ConfigBounds;
import io.xg2g.config.ConfigurationCheck;
import io.xg2g.connection.ConnectionSettings;
import io.xg2g.connection.Endpoint;
import io.xg2g.connection.TrustedAuthorities;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.net.ssl.TrustManager;

/** Validated form of {@link ClusterConfig}. */
@Singleton
public class ClusterSettings {
    private static final String PREFIX = "xg2g.cluster.";
    private static final int SECRET_LENGTH = 32;

    /** Time limit of a connection, and of each answer. */
    private static final Duration TIMEOUT = Duration.ofSeconds(2);

    /** Maximum number of commands that wait for their answers. */
    private static final int IN_FLIGHT = 10_000;

    private static final Pattern NAME = Pattern.compile("[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?");
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9._:-]{1,253}");
    private static final Pattern ADDRESS = Pattern.compile("[A-Za-z0-9._-]{1,127}");
    private static final Pattern KEYS = Pattern.compile("[A-Za-z0-9._-]{1,64}");
    private static final Pattern DATABASE = Pattern.compile("\\d{0,3}");

    /** What a gateway or a worker knows of the cluster. */
    public record Shared(
            String name, String address, String host, int port, String secret, Broker broker, Optional<Redis> redis) {}

    /**
     * The broker.
     *
     * @param address of the queue of free slots
     */
    public record Broker(ConnectionSettings connection, String address) {}

    /**
     * Redis or Valkey.
     *
     * @param prefix beginning of all keys, with a colon at its end
     */
    public record Redis(ConnectionSettings connection, String prefix) {}

    private final Role role;
    private final Optional<Shared> shared;

    @Inject
    ClusterSettings(ClusterConfig config) {
        role = config.role();
        ClusterConfig.Cluster cluster = config.cluster();
        Optional<TrustManager> trust = cluster.caFile().map(file -> TrustedAuthorities.of(PREFIX + "ca-file", file));
        Optional<Broker> broker = broker(cluster.broker(), trust);
        Optional<Redis> redis = redis(cluster.redis(), trust);
        Optional<String> secret = cluster.secret().map(ClusterSettings::longEnough);
        Optional<String> name = cluster.name().map(ClusterSettings::name);
        Optional<String> address = cluster.address().map(value -> host("address", value));
        String host = host("host", cluster.host());
        int port = (int) ConfigBounds.number(PREFIX + "port", cluster.port(), 0, 65_535);
        if (role == Role.ALL) {
            shared = Optional.empty();
        } else {
            if (role == Role.GATEWAY && redis.isEmpty()) {
                throw missing("redis.url");
            }
            Shared known = new Shared(
                    name.orElseGet(() -> name(machine().toLowerCase(Locale.ROOT).replaceAll("\\..*", ""))),
                    address.orElseGet(() -> host("address", machine())),
                    host,
                    port,
                    secret.orElseThrow(() -> missing("secret")),
                    broker.orElseThrow(() -> missing("broker.url")),
                    redis);
            shared = ConfigurationCheck.isRequested() ? Optional.empty() : Optional.of(known);
        }
    }

    /** Returns what this program does. */
    public Role role() {
        return role;
    }

    /** Returns what a gateway or a worker knows of the cluster; empty for a program on its own, and for a check. */
    public Optional<Shared> shared() {
        return shared;
    }

    private static Optional<Broker> broker(ClusterConfig.Server config, Optional<TrustManager> trust) {
        String prefix = PREFIX + "broker.";
        String address = matching("broker.address", config.address(), ADDRESS, "1 to 127 letters, digits and . _ -");
        return config.url()
                .map(url -> Endpoint.of(prefix, Endpoint.Schemes.AMQP, url, config.username(), config.password()))
                .map(endpoint -> new Broker(connection(endpoint, trust), address));
    }

    private static Optional<Redis> redis(ClusterConfig.Redis config, Optional<TrustManager> trust) {
        String prefix = PREFIX + "redis.";
        String keys = matching("redis.prefix", config.prefix(), KEYS, "1 to 64 letters, digits and . _ -");
        Optional<Endpoint> endpoint = config.url()
                .map(url -> Endpoint.of(prefix, Endpoint.Schemes.REDIS, url, config.username(), config.password()));
        endpoint.ifPresent(server ->
                matching("redis.url", server.path(), DATABASE, "a URL whose path is the number of a database"));
        return endpoint.map(server -> new Redis(connection(server, trust), keys + ":"));
    }

    private static ConnectionSettings connection(Endpoint endpoint, Optional<TrustManager> trust) {
        return new ConnectionSettings(endpoint, TIMEOUT, IN_FLIGHT, trust);
    }

    private static String matching(String key, String value, Pattern allowed, String description) {
        if (!allowed.matcher(value).matches()) {
            throw ConfigBounds.outside(PREFIX + key, "«" + value + "»", description);
        }
        return value;
    }

    private static String longEnough(String secret) {
        if (secret.length() < SECRET_LENGTH) {
            throw ConfigBounds.outside(PREFIX + "secret", "too short", SECRET_LENGTH + " or more characters");
        }
        return secret;
    }

    private static String name(String value) {
        return matching("name", value, NAME, "1 to 63 lower-case letters, digits and -, the first and last no -");
    }

    private static String host(String key, String value) {
        return matching(key, value, HOST, "a host name or an IP address");
    }

    private ConfigurationException missing(String key) {
        return ConfigBounds.outside(
                PREFIX + key,
                "missing",
                "a value where xg2g.role is " + role.name().toLowerCase(Locale.ROOT));
    }

    private static String machine() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException unnamed) {
            return "localhost";
        }
    }
}
