package io.xg2g.ops;

import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.smallrye.config.SmallRyeConfig;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Locale;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * Makes an environment variable that looks like a setting but is none a start-up error. (For properties the
 * configuration library does so itself; it cannot for variables, whose names lose what separates words.)
 */
@ApplicationScoped
class EnvironmentCheck {
    /** Where every key with a default value is found, which is all but those of maps. */
    private static final String DEFAULTS = "DefaultValuesConfigSource";

    private static final String PREFIX = "XG2G_";

    /** The keys without a default, and those of configured profiles, receivers and tokens, whose names are the operator's. */
    private static final Pattern NAMED = Pattern.compile("XG2G_HTTP_TRUSTED_PROXIES"
            + "|XG2G_SECURITY_(TOKEN_FILE|OIDC_ISSUER|OIDC_AUDIENCE|OIDC_ROLES_CLAIM|PLAYBACK_KEYS)"
            + "|XG2G_SECURITY_TOKENS_.+_(SHA256|ROLE|EXPIRES)"
            + "|XG2G_PROFILES_.+_(CODEC|HEIGHT|BITRATE|FRAME_RATE)"
            + "|XG2G_RECEIVERS_.+_(URL|USERNAME|PASSWORD|STREAM_PORT|RELAY_PORT|TIMEOUT|RELAY_TIMEOUT|PACE|MAX_STREAMS"
            + "|REMEMBER|REMEMBER_FAILURE|REFRESH)");

    private final SmallRyeConfig config;

    EnvironmentCheck(SmallRyeConfig config) {
        this.config = config;
    }

    void start(@Observes StartupEvent event) {
        Set<String> keys = StreamSupport.stream(config.getConfigSources().spliterator(), false)
                .filter(source -> source.getName().equals(DEFAULTS))
                .flatMap(source -> source.getPropertyNames().stream())
                .collect(Collectors.toSet());
        SortedSet<String> unknown = unknown(keys, System.getenv().keySet());
        if (!unknown.isEmpty()) {
            throw new ConfigurationException("environment variables that are no settings: " + String.join(", ", unknown)
                    + "; docs/configuration.md lists those that are");
        }
    }

    static SortedSet<String> unknown(Set<String> keys, Set<String> variables) {
        Set<String> known = keys.stream()
                .map(key -> key.replaceAll("[^A-Za-z0-9]", "_").toUpperCase(Locale.ROOT))
                .collect(Collectors.toSet());
        return variables.stream()
                .filter(name -> name.startsWith(PREFIX) && !NAMED.matcher(name).matches() && !known.contains(name))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
