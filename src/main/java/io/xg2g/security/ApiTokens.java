package io.xg2g.security;

import io.quarkus.runtime.Startup;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.quarkus.security.identity.SecurityIdentity;
import io.xg2g.schedule.PeriodicTasks;
import io.xg2g.storage.Sha256;
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

/** The valid API tokens: those of the configuration, and those in the current token file. Thread-safe. */
@ApplicationScoped
@Startup
class ApiTokens {
    /** Prefix of every API token, which distinguishes it from tokens of an identity provider. */
    static final String PREFIX = "xg2g_";

    private static final Logger LOG = Logger.getLogger(ApiTokens.class);
    private static final String KEY = "xg2g.security.tokens.";
    private static final Duration REREAD = Duration.ofSeconds(2);

    private final List<ApiToken> configured;
    private final Optional<TokenFile> file;
    private final InstantSource time;
    private volatile List<ApiToken> fromFile;
    /** Of the latest read; empty if it succeeded. */
    private volatile String lastError = "";

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
     * Returns the identity of a valid token. Takes constant time: the token is compared with all known ones, and each
     * comparison is constant-time.
     */
    Optional<SecurityIdentity> find(String token) {
        byte[] hash = Sha256.of(token);
        return valid().filter(known -> MessageDigest.isEqual(known.hash(), hash))
                .reduce((_, last) -> last)
                .map(ApiToken::identity);
    }

    /** Returns whether a token of this id exists and has not expired. */
    boolean isValid(CredentialId credential) {
        return valid().anyMatch(known -> known.credential().equals(credential));
    }

    /**
     * Returns whether list tokens of this owner are valid: an API token has to be configured and not expired; users of
     * an identity provider cannot be checked.
     *
     * @param ownerId as in {@link ListToken#ownerId}
     */
    boolean mayOwn(String ownerId) {
        return !ownerId.startsWith(ApiToken.OWNER_PREFIX)
                || isValid(CredentialId.ofApiToken(ownerId.substring(ApiToken.OWNER_PREFIX.length())));
    }

    /**
     * Reads the file again. If it cannot be read, for instance while it is being written, the tokens stay valid; each error is logged
     * once.
     */
    private void reread() {
        String error = "";
        try {
            file.ifPresent(tokens -> fromFile = tokens.read());
        } catch (ConfigurationException e) {
            error = String.valueOf(e.getMessage());
        }
        if (error.equals(lastError)) {
            return;
        }
        lastError = error;
        if (error.isEmpty()) {
            LOG.info("token file read again");
        } else {
            LOG.warnf("token file not read, API tokens unchanged: error=%s", error);
        }
    }

    private Stream<ApiToken> valid() {
        Instant now = time.instant();
        return Stream.of(configured, fromFile).flatMap(List::stream).filter(known -> known.isValidAt(now));
    }
}
