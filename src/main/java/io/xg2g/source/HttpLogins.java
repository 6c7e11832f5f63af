package io.xg2g.source;

import io.vertx.core.MultiMap;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Logins at HTTP servers by the credentials of URLs: Digest or Basic, as the server's challenge asks for (RFC 9110, section 11). The
 * credentials are not sent before there is a challenge: to a server that wants Digest, Basic would show it the password, and count as a
 * failed login. A challenge that was answered with success is remembered, so that further requests need no round trip more. Thread-safe.
 */
final class HttpLogins {
    /** Maximum number of remembered challenges; beyond it the one that was unused for the longest time is forgotten. */
    static final int MAX_REMEMBERED = 1000;

    private static final int CLIENT_NONCE_BYTES = 16;

    private final SecureRandom random = new SecureRandom();

    /** Least recently used first. Guarded by this. */
    private final Map<Server, Login> remembered = new LinkedHashMap<>(16, 0.75f, true);

    /** Server and user. */
    private record Server(String scheme, String host, int port, Credentials credentials) {
        static Server of(ResolvedEndpoint endpoint, Credentials credentials) {
            return new Server(
                    endpoint.uri().getScheme().toLowerCase(Locale.ROOT),
                    endpoint.host().toLowerCase(Locale.ROOT),
                    endpoint.port(),
                    credentials);
        }
    }

    /**
     * Challenge of a server, and the number of answers to it.
     *
     * @param answers so far
     */
    record Login(Credentials credentials, AuthenticationChallenge challenge, AtomicInteger answers) {
        Login(Credentials credentials, AuthenticationChallenge challenge) {
            this(credentials, challenge, new AtomicInteger());
        }
    }

    /** Returns the remembered login at a server. */
    synchronized Optional<Login> remembered(ResolvedEndpoint endpoint, Credentials credentials) {
        return Optional.ofNullable(remembered.get(Server.of(endpoint, credentials)));
    }

    /** Remembers a login that succeeded, and forgets what is remembered after one that failed. */
    synchronized void ended(ResolvedEndpoint endpoint, Login login, boolean accepted) {
        Server server = Server.of(endpoint, login.credentials());
        if (!accepted) {
            remembered.remove(server);
            return;
        }
        remembered.put(server, login);
        if (remembered.size() > MAX_REMEMBERED) {
            remembered.remove(remembered.keySet().iterator().next());
        }
    }

    /**
     * Returns the login that the challenge of a response asks for: the strongest on offer. A refusal without any challenge is answered by
     * Basic. Empty if no scheme of the server is supported, or if it has refused the answer to its challenge.
     *
     * @param headers of a response with the status 401
     * @param answered number of challenges that were answered for the same request
     */
    Optional<Login> challenged(Credentials credentials, MultiMap headers, int answered) {
        List<String> values = headers.getAll("WWW-Authenticate");
        Optional<AuthenticationChallenge> challenge = values.isEmpty()
                ? Optional.of(AuthenticationChallenge.BASIC)
                : AuthenticationChallenge.strongest(values);
        return challenge.filter(next -> next.isAnswered(answered)).map(next -> new Login(credentials, next));
    }

    /** Returns the login that needs no challenge: Basic. */
    Login basic(Credentials credentials) {
        return new Login(credentials, AuthenticationChallenge.BASIC);
    }

    /**
     * Returns the value of the header {@code Authorization}.
     *
     * @param target of the request: path and query
     */
    String answer(Login login, String method, String target) {
        byte[] nonce = new byte[CLIENT_NONCE_BYTES];
        random.nextBytes(nonce);
        return login.challenge()
                .answer(
                        login.credentials(),
                        method,
                        target,
                        login.answers().incrementAndGet(),
                        HexFormat.of().formatHex(nonce));
    }
}
