package io.xg2g.security;

import io.quarkus.runtime.Startup;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.quarkus.security.identity.SecurityIdentity;
import io.xg2g.schedule.PeriodicTasks;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/** The API tokens that are good: those of the configuration, and those of the file as it is now. */
@ApplicationScoped
@Startup
class ApiTokens {
    /** What every API token begins with: by it they are told from those of a provider. */
    static final String PREFIX = "xg2g_";

    private static final Logger LOG = Logger.getLogger(ApiTokens.class);
    private static final String KEY = "xg2g.security.tokens.";
    private static final Duration REREAD = Duration.ofSeconds(2);

    private final List<ApiToken> configured;
    private final Optional<TokenFile> file;
    private final InstantSource time;
    private volatile List<ApiToken> fromFile;

    @Inject
    ApiTokens(SecurityConfig security, ApiTokensConfig config) {
        this(security, config, InstantSource.system());
    }

    ApiTokens(SecurityConfig security, ApiTokensConfig config, InstantSource time) {
        this.time = time;
        this.configured = config.tokens().entrySet().stream()
                .map(token -> ApiToken.of(KEY + token.getKey(), token.getKey(), token.getValue()))
                .toList();
        this.file = security.tokenFile().map(TokenFile::new);
        this.fromFile = file.map(TokenFile::read).orElse(List.of());
    }

    void start(@Observes StartupEvent event, PeriodicTasks tasks) {
        tasks.every(REREAD, "token-file", this::reread);
    }

    /**
     * Whom a token names, if it is good. How long this takes says nothing about the tokens: each of them is compared,
     * and each comparison goes to its end.
     */
    Optional<SecurityIdentity> find(String token) {
        byte[] hash = Sha256.of(token);
        return valid().filter(known -> MessageDigest.isEqual(known.hash(), hash))
                .reduce((_, last) -> last)
                .map(ApiToken::identity);
    }

    /** Whether there is one of this id that has not expired. */
    boolean isValid(CredentialId credential) {
        return valid().anyMatch(known -> known.credential().equals(credential));
    }

    /**
     * Whether list tokens of this owner are still good: an API token has to be configured and not expired; of a provider's
     * user nothing is known.
     *
     * @param ownerId as in {@link ListToken#ownerId}
     */
    boolean mayOwn(String ownerId) {
        return !ownerId.startsWith(ApiToken.OWNER_PREFIX)
                || isValid(CredentialId.ofApiToken(ownerId.substring(ApiToken.OWNER_PREFIX.length())));
    }

    /** What cannot be read changes nothing: a file that is being written must not lock everybody out. */
    private void reread() {
        try {
            file.ifPresent(tokens -> fromFile = tokens.read());
        } catch (ConfigurationException e) {
            LOG.warnf("API tokens stay as they were: %s", e.getMessage());
        }
    }

    private Stream<ApiToken> valid() {
        Instant now = time.instant();
        return Stream.of(configured, fromFile).flatMap(List::stream).filter(known -> known.isGoodAt(now));
    }
}
