package io.xg2g.security;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithParentName;
import java.util.Map;
import java.util.Optional;

/** API tokens, for installations without an identity provider. */
@ConfigMapping(prefix = "xg2g.security.tokens")
public interface ApiTokensConfig {

    /**
     * Tokens by name, which the audit log shows. A token is {@code xg2g_} and at least 32 random letters or digits;
     * only its hash is configured.
     */
    @WithParentName
    Map<String, Token> tokens();

    /** One token. */
    interface Token {
        /** SHA-256 hash of the whole token, 64 hexadecimal digits. */
        String sha256();

        /** Role: {@code viewer}, {@code operator} or {@code admin}. */
        String role();

        /** Time from which the token is no longer valid, for instance {@code 2030-01-31T00:00:00Z}. */
        Optional<String> expires();
    }
}
