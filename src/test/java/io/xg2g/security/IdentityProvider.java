package io.xg2g.security;

/** OpenID Connect provider of the tests, with the users and clients of {@code realm.json} in the realms {@code xg2g} and {@code elsewhere}. */
interface IdentityProvider extends AutoCloseable {
    String issuer(String realm);

    /** Logs in a user and returns the access token. */
    String token(String realm, String client, String user);

    /** The published public key of the realm {@code xg2g} with which tokens are signed, in Base64. */
    String publicKey();

    /** Creates a new signing key of the realm {@code xg2g}, and removes the previous one. */
    void rotateKeys();

    @Override
    void close();
}
