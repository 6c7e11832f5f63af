package io.xg2g.security;

import io.quarkus.runtime.Startup;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.quarkus.scheduler.Scheduled;
import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
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

    private final List<ApiToken> configured;
    private final Optional<TokenFile> file;
    private volatile List<ApiToken> fromFile;

    ApiTokens(SecurityConfig security, ApiTokensConfig config) {
        this.configured = config.tokens().entrySet().stream()
                .map(token -> ApiToken.of(KEY + token.getKey(), token.getKey(), token.getValue()))
                .toList();
        this.file = security.tokenFile().map(TokenFile::new);
        this.fromFile = file.map(TokenFile::read).orElse(List.of());
    }

    /**
     * Whom a token names, if it is good. How long this takes says nothing about the tokens: each of them is compared,
     * and each comparison goes to its end.
     */
    Optional<SecurityIdentity> find(String token, Instant now) {
        byte[] hash = sha256(token);
        return Stream.of(configured, fromFile)
                .flatMap(List::stream)
                .filter(known -> known.isGoodAt(now) && MessageDigest.isEqual(known.hash(), hash))
                .reduce((_, last) -> last)
                .map(ApiToken::identity);
    }

    /** What cannot be read changes nothing: a file that is being written must not lock everybody out. */
    @Scheduled(every = "2s", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    @RunOnVirtualThread
    void reread() {
        try {
            file.ifPresent(tokens -> fromFile = tokens.read());
        } catch (ConfigurationException e) {
            LOG.warnf("API tokens stay as they were: %s", e.getMessage());
        }
    }

    private static byte[] sha256(String token) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
