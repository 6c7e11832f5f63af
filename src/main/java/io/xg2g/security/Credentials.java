package io.xg2g.security;

import jakarta.enterprise.context.ApplicationScoped;

/** Which API tokens and list tokens are valid at present. */
@ApplicationScoped
class Credentials {
    private final ApiTokens apiTokens;
    private final ListTokens listTokens;

    Credentials(ApiTokens apiTokens, ListTokens listTokens) {
        this.apiTokens = apiTokens;
        this.listTokens = listTokens;
    }

    /** Whether it is neither revoked nor expired; what cannot be revoked here is valid. */
    boolean isValid(CredentialId credential) {
        return credential.equals(CredentialId.NONE) || listTokens.isValid(credential) || apiTokens.isValid(credential);
    }
}
