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
 * Logs a client's RTSP connection in to a source: the client's requests are sent with the answer to the source's latest
 * challenge, and one that is refused with a new challenge is sent again. The client sees neither the challenge nor the
 * credentials.
 *
 * <p>A request is sent again once, and once more if the source calls the nonce stale; then the refusal is the client's.
 * Thread-safe: one thread carries the requests, another one the responses.
 */
final class RtspLogin {
    private static final int UNAUTHORIZED = 401;
    /** Of requests without a response; a client waits for the response to nearly each. */
    private static final int MOST_PENDING = 16;

    private final Credentials credentials;
    private final OutputStream source;
    private final SecureRandom random = new SecureRandom();

    /** By sequence number, the eldest first. Guarded by this. */
    private final LinkedHashMap<String, Request> pending = new LinkedHashMap<>();

    /** The latest one. Guarded by this. */
    private @Nullable AuthenticationChallenge challenge;

    /** How often it has been answered. Guarded by this. */
    private int answers;

    private record Request(Unit message, int repetitions) {}

    RtspLogin(Credentials credentials, OutputStream source) {
        this.credentials = credentials;
        this.source = new BufferedOutputStream(source);
    }

    /** Sends what the client sends. */
    synchronized void forward(Unit unit) throws IOException {
        if (unit.isRequest()) {
            send(new Request(unit, 0));
        } else {
            source.write(unit.bytes());
        }
        source.flush();
    }

    /**
     * Takes what the source sends.
     *
     * @return whether it is for the client; if not, the request has been sent again
     */
    synchronized boolean isForClient(Unit unit) throws IOException {
        if (!unit.isResponse()) {
            return true;
        }
        Optional<Request> request = answered(unit);
        if (unit.status() != UNAUTHORIZED || request.isEmpty()) {
            return true;
        }
        Optional<AuthenticationChallenge> fresh = AuthenticationChallenge.strongest(unit.headers("WWW-Authenticate"));
        int repetitions = request.get().repetitions();
        if (fresh.isEmpty()
                || repetitions > 1
                || (repetitions == 1 && !fresh.get().isStale())) {
            return true;
        }
        challenge = fresh.get();
        answers = 0;
        send(new Request(request.get().message(), repetitions + 1));
        source.flush();
        return false;
    }

    /** The request that it answers: the one of its number or, where the source names none, the eldest. */
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
        if (pending.size() > MOST_PENDING) {
            pending.pollFirstEntry();
        }
        int headers = message.firstHeader();
        source.write(message.bytes(), 0, headers);
        AuthenticationChallenge known = challenge;
        if (known != null && start.size() > 1) {
            answers++;
            String answer = known.answer(credentials, start.get(0), start.get(1), answers, clientNonce());
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
