package io.xg2g.security;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.runtime.Startup;
import io.xg2g.cluster.SharedMaps;
import io.xg2g.problem.DiskFailure;
import io.xg2g.problem.ProblemType;
import io.xg2g.problem.Unavailable;
import io.xg2g.storage.DataDirectory;
import io.xg2g.storage.JsonList;
import io.xg2g.storage.Sha256;
import io.xg2g.storage.StoredFile;
import io.xg2g.storage.StoredMap;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Path;
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
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Store of list tokens: long-lived and revocable tokens that only permit listing and playing channels, for players that
 * can be configured with nothing but a URL. Their hashes are stored in {@code list-tokens.json} in the data directory; those of a
 * cluster in Redis, so that each gateway knows within a second what another one has created or revoked. Thread-safe.
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

    private final StoredMap<ListToken> tokens;
    private final ApiTokens apiTokens;
    private final InstantSource time;
    private final SecureRandom random = new SecureRandom();
    private volatile Index index = new Index(Map.of(), Map.of());

    /**
     * Tokens by hash.
     *
     * @param of tokens from which it was made
     */
    private record Index(Map<String, ListToken> of, Map<String, ListToken> byHash) {}

    /**
     * A newly created token.
     *
     * @param secret the token itself, which is not stored
     */
    record Created(ListToken token, String secret) {}

    @Inject
    ListTokens(DataDirectory data, SharedMaps shared, ObjectMapper json, ApiTokens apiTokens) {
        this(
                shared.find("list-tokens", ListToken.class)
                        .orElseGet(() -> file(data.file(FILE).path(), json)),
                apiTokens,
                InstantSource.system());
    }

    ListTokens(StoredMap<ListToken> tokens, ApiTokens apiTokens, InstantSource time) {
        this.tokens = tokens;
        this.apiTokens = apiTokens;
        this.time = time;
    }

    /** Reads the tokens of a file. */
    static StoredMap<ListToken> file(Path file, ObjectMapper json) {
        return new StoredFile<>(
                new JsonList<>("xg2g.data-dir", "list tokens", file, json, new TypeReference<List<ListToken>>() {}),
                ListToken::id);
    }

    /**
     * Requires that the tokens are known.
     *
     * @throws io.xg2g.problem.ProblemException if they are in Redis, and were not read yet
     */
    void requireKnown() {
        tokens.unavailable().ifPresent(reason -> {
            throw Unavailable.cluster(reason).asException();
        });
    }

    /**
     * Finds the stored token for a text; empty if there is none that is valid.
     *
     * @throws io.xg2g.problem.ProblemException as of {@link #requireKnown}
     */
    Optional<ListToken> find(String text) {
        @Nullable ListToken token = byHash().get(HexFormat.of().formatHex(Sha256.of(text)));
        if (token == null) {
            requireKnown();
        }
        return Optional.ofNullable(token).filter(this::isValid);
    }

    @SuppressWarnings("ReferenceEquality") // A change of the tokens is another map.
    private Map<String, ListToken> byHash() {
        Map<String, ListToken> all = tokens.all();
        Index known = index;
        if (known.of() != all) {
            known = new Index(
                    all,
                    all.values().stream()
                            .collect(Collectors.toUnmodifiableMap(ListToken::sha256, Function.identity())));
            index = known;
        }
        return known.byHash();
    }

    /**
     * Returns whether the id is that of a list token that is neither revoked nor expired, and whose owner is still
     * accepted.
     *
     * @throws io.xg2g.problem.ProblemException as of {@link #requireKnown}
     */
    boolean isValid(CredentialId credential) {
        @Nullable ListToken token = tokens.all().get(credential.hex());
        if (token == null) {
            requireKnown();
        }
        return token != null && isValid(token);
    }

    /** Returns the tokens that have not expired and whose owner is accepted, oldest first. */
    List<ListToken> list(Predicate<String> ownerId) {
        requireKnown();
        return tokens.all().values().stream()
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
        if (list(_ -> true).size() >= MAX || list(ownerId::equals).size() >= MAX_PER_OWNER) {
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
        change(() -> {
            for (ListToken known : tokens.all().values()) {
                if (known.isExpired(time.instant())) {
                    tokens.remove(known.id());
                }
            }
            return tokens.add(token.id(), token);
        });
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
        requireKnown();
        @Nullable ListToken token = tokens.all().get(id);
        if (token == null || !ownerId.test(token.ownerId())) {
            return false;
        }
        return change(() -> tokens.remove(id));
    }

    private boolean isValid(ListToken token) {
        return !token.isExpired(time.instant()) && apiTokens.mayOwn(token.ownerId());
    }

    /** Change of the tokens. */
    private interface Change {
        boolean apply() throws IOException;
    }

    private static boolean change(Change change) {
        try {
            return change.apply();
        } catch (IOException unwritten) {
            LOG.errorf("list tokens not stored (xg2g.data-dir): error=%s", unwritten);
            throw DiskFailure.of("the list tokens cannot be written (xg2g.data-dir); see the log")
                    .asException();
        }
    }
}
