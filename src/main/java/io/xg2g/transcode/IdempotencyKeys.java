package io.xg2g.transcode;

import io.xg2g.problem.ProblemException;
import io.xg2g.problem.ProblemType;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Idempotency keys of requests that are being received (draft-ietf-httpapi-idempotency-key-header). Those of accepted jobs are found
 * in {@link TranscodeJobs}, as long as their jobs are. Thread-safe.
 */
@Singleton
class IdempotencyKeys {
    private static final Duration RETRY = Duration.ofSeconds(1);

    /** A structured string (RFC 8941), or the same without quotes, as many clients send it. */
    private static final Pattern KEY =
            Pattern.compile("\"([\\x21\\x23-\\x5b\\x5d-\\x7e]{1,255})\"|([\\x21\\x23-\\x5b\\x5d-\\x7e]{1,255})");

    private final Set<List<String>> receiving = ConcurrentHashMap.newKeySet();

    /** Use of a key by one request; ends when the request was accepted or refused. */
    interface Claim extends AutoCloseable {
        @Override
        void close();
    }

    /**
     * Reads the header.
     *
     * @return {@code null} if it is missing
     * @throws ProblemException if it is repeated or malformed
     */
    static @Nullable String parse(List<String> header) {
        if (header.isEmpty()) {
            return null;
        }
        Matcher key = KEY.matcher(header.getFirst().strip());
        if (header.size() > 1 || !key.matches()) {
            throw ProblemType.INVALID_REQUEST
                    .with("the Idempotency-Key header is malformed; it is 1 to 255 visible ASCII characters without"
                            + " \" and \\, in quotes or not")
                    .asException();
        }
        return key.group(1) == null ? key.group(2) : key.group(1);
    }

    /**
     * Begins to use a key.
     *
     * @param key {@code null} for a request without one
     * @throws ProblemException if another request with this key is being received
     */
    Claim claim(String client, @Nullable String key) {
        if (key == null) {
            return () -> {};
        }
        List<String> claimed = List.of(client, key);
        if (!receiving.add(claimed)) {
            throw ProblemType.IDEMPOTENCY_KEY_IN_USE
                    .with("a request with this Idempotency-Key is being received")
                    .retryAfter(RETRY)
                    .asException();
        }
        return () -> receiving.remove(claimed);
    }
}
