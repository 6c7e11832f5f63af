package io.xg2g.security;

import jakarta.enterprise.context.ApplicationScoped;

/** Validity of API tokens and list tokens. */
@ApplicationScoped
class Credentials {
    private final ApiTokens apiTokens;
    private final ListTokens listTokens;

    Credentials(ApiTokens apiTokens, ListTokens listTokens) {
        this.apiTokens = apiTokens;
        this.listTokens = listTokens;
    }

    /** Returns whether a credential is neither revoked nor expired; {@link CredentialId#NONE} is always valid. */
    boolean isValid(CredentialId credential) {
        return credential.equals(CredentialId.NONE) || apiTokens.isValid(credential) || listTokens.isValid(credential);
    }
}
