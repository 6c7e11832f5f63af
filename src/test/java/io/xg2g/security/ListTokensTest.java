package io.xg2g.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.xg2g.problem.ProblemException;
import io.xg2g.problem.ProblemType;
import io.xg2g.storage.AtomicFile;
import io.xg2g.storage.StoredMap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ListTokensTest {
    private static final String OWNER = "user:https://id.example.org#4711";
    private static final String OF_API_TOKEN = "token:tv";
    private static final String TV = "xg2g_" + "t".repeat(32);

    @TempDir
    Path directory;

    private Instant now = Instant.parse("2026-05-01T12:00:00Z");

    @Test
    void aTokenIsFoundAgainAfterARestartAndIsNotInTheFile() throws IOException {
        ListTokens.Created created = tokens().create(OWNER, "user:vera", "Living room", null);

        ListTokens restarted = tokens();

        assertThat(created.secret()).matches("xl_[A-Za-z0-9_-]{43}");
        assertThat(restarted.find(created.secret())).contains(created.token());
        assertThat(restarted.isValid(created.token().credential())).isTrue();
        assertThat(restarted.find(created.secret() + "A")).isEmpty();
        assertThat(restarted.find(created.token().sha256()))
                .as("the hash is not the token")
                .isEmpty();
        assertThat(Files.readString(file())).doesNotContain(created.secret().substring(3));
    }

    @Test
    void aRevokedTokenStaysRevokedAfterARestart() {
        ListTokens tokens = tokens();
        ListTokens.Created created = tokens.create(OWNER, "user:vera", "Living room", null);
        ListTokens.Created other = tokens.create(OWNER, "user:vera", "Kitchen", null);

        assertThat(tokens.revoke(created.token().id(), OF_API_TOKEN::equals))
                .as("not by somebody else")
                .isFalse();
        assertThat(tokens.revoke(created.token().id(), OWNER::equals)).isTrue();

        assertThat(tokens.revoke(created.token().id(), OWNER::equals)).isFalse();
        for (ListTokens after : new ListTokens[] {tokens, tokens()}) {
            assertThat(after.find(created.secret())).isEmpty();
            assertThat(after.isValid(created.token().credential())).isFalse();
            assertThat(after.list(_ -> true)).containsExactly(other.token());
        }
    }

    /** Of a gateway that has not read Redis yet: players would take 401 for a revocation. */
    @Test
    void tokensThatAreNotKnownYetAreNeitherValidNorInvalid() {
        StoredMap<ListToken> unread = new StoredMap<>() {
            @Override
            public Map<String, ListToken> all() {
                return Map.of();
            }

            @Override
            public Optional<String> unavailable() {
                return Optional.of("not read");
            }

            @Override
            public boolean add(String id, ListToken token) {
                return false;
            }

            @Override
            public boolean remove(String id) {
                return false;
            }
        };
        ListTokens tokens = new ListTokens(unread, apiTokens(), () -> now);

        for (ThrowingCallable use : List.<ThrowingCallable>of(
                () -> tokens.find("xl_unknown"),
                () -> tokens.isValid(CredentialId.ofApiToken("unknown")),
                () -> tokens.list(_ -> true),
                () -> tokens.revoke("unknown", _ -> true))) {
            assertThatThrownBy(use)
                    .isInstanceOfSatisfying(
                            ProblemException.class,
                            refused -> assertThat(refused.problem().type()).isEqualTo(ProblemType.CLUSTER_UNAVAILABLE));
        }
    }

    @Test
    void gatewaysKnowTheTokensOfEachOtherAndTheirRevocation() {
        StoredMap<ListToken> shared = ListTokens.file(file(), json());
        ListTokens one = new ListTokens(shared, apiTokens(), () -> now);
        ListTokens other = new ListTokens(shared, apiTokens(), () -> now);
        assertThat(other.find("xl_unknown")).isEmpty();

        ListTokens.Created created = one.create(OWNER, "user:vera", "Living room", null);

        assertThat(other.find(created.secret())).contains(created.token());
        assertThat(other.revoke(created.token().id(), OWNER::equals)).isTrue();
        assertThat(one.find(created.secret())).isEmpty();
        assertThat(one.isValid(created.token().credential())).isFalse();
    }

    @Test
    void aTokenExpires() {
        ListTokens tokens = tokens();
        ListTokens.Created created = tokens.create(OWNER, "user:vera", "Guest", now.plusSeconds(60));

        now = now.plusSeconds(59);
        assertThat(tokens.find(created.secret())).isPresent();
        now = now.plusSeconds(1);

        assertThat(tokens.find(created.secret())).isEmpty();
        assertThat(tokens.isValid(created.token().credential())).isFalse();
        assertThat(tokens.list(_ -> true)).isEmpty();
    }

    @Test
    void aTokenOfAnApiTokenEndsWithIt() {
        ListTokens tokens = tokens();
        ListTokens.Created created = tokens.create(OF_API_TOKEN, OF_API_TOKEN, "Kitchen", null);
        ListTokens.Created ofNobody = tokens.create("token:gone", "token:gone", "Attic", null);
        assertThat(tokens.find(created.secret())).isPresent();
        assertThat(tokens.find(ofNobody.secret())).isEmpty();

        now = now.plus(Duration.ofDays(1));

        assertThat(tokens.find(created.secret())).isEmpty();
        assertThat(tokens.isValid(created.token().credential())).isFalse();
    }

    @Test
    void oneOwnerHasABoundedNumber() {
        ListTokens tokens = tokens();
        for (int i = 0; i < ListTokens.MAX_PER_OWNER; i++) {
            tokens.create(OWNER, "user:vera", "TV " + i, i == 0 ? now.plusSeconds(1) : null);
        }

        assertThatThrownBy(() -> tokens.create(OWNER, "user:vera", "one more", null))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("too many list tokens");
        tokens.create(OF_API_TOKEN, OF_API_TOKEN, "another owner's", null);
        now = now.plusSeconds(1);
        tokens.create(OWNER, "user:vera", "in place of the one that has expired", null);
    }

    @Test
    void aTokenThatCannotBeStoredIsNotCreatedAndIsRetryable() throws IOException {
        ListTokens tokens = tokens();
        Files.createDirectory(directory.resolve("list-tokens.json.tmp"));
        Files.createFile(directory.resolve("list-tokens.json.tmp/in-the-way"));

        assertThatThrownBy(() -> tokens.create(OWNER, "user:vera", "TV", null))
                .isInstanceOfSatisfying(ProblemException.class, refused -> {
                    assertThat(refused.problem().type()).isEqualTo(ProblemType.DISK_FULL);
                    assertThat(refused.problem().retryAfter()).isNotNull();
                });
        assertThat(tokens.list(_ -> true)).isEmpty();
    }

    @Test
    void aDamagedFileFailsTheStart() throws IOException {
        Files.writeString(file(), "{");

        assertThatThrownBy(this::tokens)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("xg2g.data-dir " + file() + " is not a JSON list of list tokens");
    }

    @Test
    void theGeneratedKeyIsTheSameAfterARestart() throws IOException {
        PlaybackKeyFile keys = new PlaybackKeyFile(new AtomicFile(directory.resolve(PlaybackKeyFile.NAME)));
        PlaybackKey first = keys.readOrGenerate(new SecureRandom());

        PlaybackKey second = keys.readOrGenerate(new SecureRandom());

        assertThat(second.id()).isEqualTo(first.id());
        assertThat(second.sign(new byte[1])).isEqualTo(first.sign(new byte[1]));
        Files.writeString(directory.resolve(PlaybackKeyFile.NAME), "nonsense");
        assertThatThrownBy(() -> keys.readOrGenerate(new SecureRandom()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageEndingWith("playback-key contains no key; if it is deleted, a new one is generated");
    }

    private Path file() {
        return directory.resolve("list-tokens.json");
    }

    private ListTokens tokens() {
        return new ListTokens(ListTokens.file(file(), json()), apiTokens(), () -> now);
    }

    private static ObjectMapper json() {
        return new ObjectMapper().registerModule(new JavaTimeModule());
    }

    private ApiTokens apiTokens() {
        return new ApiTokens(
                SecuritySettingsTest.nothing(),
                () -> Map.of(
                        "tv",
                        new ApiTokensTest.Configured(
                                ApiTokensTest.sha256(TV), "viewer", Optional.of("2026-05-02T12:00:00Z"))),
                () -> now);
    }
}
