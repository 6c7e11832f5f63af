package io.xg2g.source;

import io.xg2g.source.RtspReader.Unit;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Authentication of a client's RTSP connection at a source: requests of the client are sent with the response to the
 * latest challenge of the source, and a request that is rejected with a new challenge is repeated. The client sees
 * neither challenges nor credentials.
 *
 * <p>A request is repeated once, and once more if the source calls the nonce stale; then the rejection is forwarded to
 * the client. Thread-safe: one thread forwards requests, another one responses.
 */
final class RtspLogin {
    private static final int UNAUTHORIZED = 401;
    /** Maximum number of requests without a response; a client waits for nearly every response. */
    private static final int MAX_PENDING = 16;

    private final Optional<Credentials> credentials;
    private final OutputStream source;
    private final SecureRandom random = new SecureRandom();

    /** By sequence number, oldest first. Guarded by this. */
    private final LinkedHashMap<String, Request> pending = new LinkedHashMap<>();

    /** Latest challenge. Guarded by this. */
    private @Nullable AuthenticationChallenge challenge;

    /** Number of responses to the challenge. Guarded by this. */
    private int answers;

    private record Request(Unit message, int repetitions) {}

    /**
     * Creates the authentication of one connection.
     *
     * @param credentials without them everything is forwarded unchanged
     */
    RtspLogin(Optional<Credentials> credentials, OutputStream source) {
        this.credentials = credentials;
        this.source = new BufferedOutputStream(source);
    }

    /** Forwards a unit of the client to the source. */
    synchronized void forward(Unit unit) throws IOException {
        if (unit.isRequest()) {
            send(new Request(unit, 0));
        } else {
            source.write(unit.bytes());
        }
        source.flush();
    }

    /**
     * Processes a unit of the source.
     *
     * @return whether it is to be forwarded to the client; false if the request was repeated
     */
    synchronized boolean isForClient(Unit unit) throws IOException {
        if (!unit.isResponse() || credentials.isEmpty()) {
            return true;
        }
        Optional<Request> request = answered(unit);
        if (unit.status() != UNAUTHORIZED || request.isEmpty()) {
            return true;
        }
        Optional<AuthenticationChallenge> fresh = AuthenticationChallenge.strongest(unit.headers("WWW-Authenticate"));
        int repetitions = request.get().repetitions();
        if (fresh.isEmpty() || !fresh.get().isAnswered(repetitions)) {
            return true;
        }
        challenge = fresh.get();
        answers = 0;
        send(new Request(request.get().message(), repetitions + 1));
        source.flush();
        return false;
    }

    /** Returns the request of a response: the one with its sequence number or, if it has none, the oldest. */
    private Optional<Request> answered(Unit response) {
        List<String> number = response.headers("CSeq");
        String key = number.isEmpty() ? pending.keySet().stream().findFirst().orElse("") : number.getFirst();
        return Optional.ofNullable(pending.remove(key));
    }

    private void send(Request request) throws IOException {
        Unit message = request.message();
        List<String> start = message.startLine();
        List<String> number = message.headers("CSeq");
        pending.put(number.isEmpty() ? "" : number.getFirst(), request);
        if (pending.size() > MAX_PENDING) {
            pending.pollFirstEntry();
        }
        int headers = message.firstHeader();
        source.write(message.bytes(), 0, headers);
        AuthenticationChallenge known = challenge;
        if (known != null && credentials.isPresent() && start.size() > 1) {
            answers++;
            String answer = known.answer(credentials.get(), start.get(0), start.get(1), answers, clientNonce());
            source.write(RtspReader.bytes("Authorization: " + answer + "\r\n"));
        }
        source.write(message.bytes(), headers, message.bytes().length - headers);
    }

    private String clientNonce() {
        byte[] bytes = new byte[16];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
