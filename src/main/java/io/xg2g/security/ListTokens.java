package io.xg2g.security;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.runtime.Startup;
import io.xg2g.problem.DiskFailure;
import io.xg2g.problem.ProblemType;
import io.xg2g.storage.AtomicFile;
import io.xg2g.storage.DataDirectory;
import io.xg2g.storage.Sha256;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Store of list tokens: long-lived and revocable tokens that only permit listing and playing channels, for players that
 * can be configured with nothing but a URL. Their hashes are stored in {@code list-tokens.json} in the data directory.
 * Thread-safe.
 */
@Singleton
@Startup
class ListTokens {
    /** Prefix of every list token. */
    static final String PREFIX = "xl_";

    /** Maximum number of tokens of one owner. */
    static final int MAX_PER_OWNER = 50;

    /** Maximum number of tokens of all owners. */
    static final int MAX = 1000;

    private static final Logger LOG = Logger.getLogger(ListTokens.class);
    private static final String FILE = "list-tokens.json";
    private static final int SECRET_BYTES = 32;

    private final AtomicFile file;
    private final ObjectMapper json;
    private final ApiTokens apiTokens;
    private final InstantSource time;
    private final SecureRandom random = new SecureRandom();
    private volatile Index index;

    /** Stored tokens by id and by hash. */
    private record Index(Map<String, ListToken> byId, Map<String, ListToken> byHash) {
        static Index of(Stream<ListToken> tokens) {
            Map<String, ListToken> byId =
                    tokens.collect(Collectors.toUnmodifiableMap(ListToken::id, Function.identity()));
            return new Index(
                    byId,
                    byId.values().stream()
                            .collect(Collectors.toUnmodifiableMap(ListToken::sha256, Function.identity())));
        }
    }

    /**
     * A newly created token.
     *
     * @param secret the token itself, which is not stored
     */
    record Created(ListToken token, String secret) {}

    @Inject
    ListTokens(DataDirectory data, ObjectMapper json, ApiTokens apiTokens) {
        this(data.file(FILE), json, apiTokens, InstantSource.system());
    }

    /** Reads the stored tokens. */
    ListTokens(AtomicFile file, ObjectMapper json, ApiTokens apiTokens, InstantSource time) {
        this.file = file;
        this.json = json;
        this.apiTokens = apiTokens;
        this.time = time;
        this.index = Index.of(read().stream());
    }

    /** Finds the stored token for a text; empty if there is none that is valid. */
    Optional<ListToken> find(String text) {
        return Optional.ofNullable(index.byHash().get(HexFormat.of().formatHex(Sha256.of(text))))
                .filter(this::isValid);
    }

    /**
     * Returns whether the id is that of a list token that is neither revoked nor expired, and whose owner is still
     * accepted.
     */
    boolean isValid(CredentialId credential) {
        @Nullable ListToken token = index.byId().get(credential.hex());
        return token != null && isValid(token);
    }

    /** Returns the tokens that have not expired and whose owner is accepted, oldest first. */
    List<ListToken> list(Predicate<String> ownerId) {
        return index.byId().values().stream()
                .filter(token -> ownerId.test(token.ownerId()) && !token.isExpired(time.instant()))
                .sorted(Comparator.comparing(ListToken::createdAt).thenComparing(ListToken::id))
                .toList();
    }

    /**
     * Creates a token, and stores its hash. Expired tokens are deleted. Blocks on I/O.
     *
     * @throws io.xg2g.problem.ProblemException if there are too many, or it cannot be stored
     */
    synchronized Created create(String ownerId, String owner, String name, @Nullable Instant expiresAt) {
        List<ListToken> others = list(_ -> true);
        if (others.size() >= MAX || list(ownerId::equals).size() >= MAX_PER_OWNER) {
            throw ProblemType.CONFLICT
                    .with("there are too many list tokens; allowed: " + MAX_PER_OWNER + " for each owner, " + MAX
                            + " in all; revoke one")
                    .asException();
        }
        byte[] bytes = new byte[SECRET_BYTES];
        random.nextBytes(bytes);
        String secret = PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        ListToken token = new ListToken(
                CredentialId.random(random).hex(),
                name,
                ownerId,
                owner,
                time.instant().truncatedTo(ChronoUnit.SECONDS),
                expiresAt,
                HexFormat.of().formatHex(Sha256.of(secret)));
        store(Stream.concat(others.stream(), Stream.of(token)).toList());
        return new Created(token, secret);
    }

    /**
     * Revokes a token. Blocks on I/O.
     *
     * @param ownerId accepts the owners whose tokens may be revoked
     * @return whether there was such a token
     * @throws io.xg2g.problem.ProblemException if the change cannot be stored; the token is then still valid
     */
    synchronized boolean revoke(String id, Predicate<String> ownerId) {
        @Nullable ListToken token = index.byId().get(id);
        if (token == null || !ownerId.test(token.ownerId())) {
            return false;
        }
        store(index.byId().values().stream()
                .filter(other -> !other.id().equals(id))
                .toList());
        return true;
    }

    private boolean isValid(ListToken token) {
        return !token.isExpired(time.instant()) && apiTokens.mayOwn(token.ownerId());
    }

    private List<ListToken> read() {
        try {
            Optional<byte[]> stored = file.read();
            return stored.isEmpty() ? List.of() : json.readValue(stored.get(), new TypeReference<List<ListToken>>() {});
        } catch (JacksonException damaged) {
            throw new IllegalStateException(
                    "xg2g.data-dir: " + file.path() + " is not a list of list tokens; repair or remove it", damaged);
        } catch (IOException unreadable) {
            throw new UncheckedIOException("xg2g.data-dir: " + file.path() + " cannot be read", unreadable);
        }
    }

    private void store(List<ListToken> tokens) {
        try {
            file.write(json.writerWithDefaultPrettyPrinter().writeValueAsBytes(tokens));
        } catch (IOException unwritten) {
            LOG.errorf("list tokens not stored (xg2g.data-dir): error=%s", unwritten);
            throw DiskFailure.of("the list tokens cannot be written (xg2g.data-dir); see the log")
                    .asException();
        }
        index = Index.of(tokens.stream());
    }
}
