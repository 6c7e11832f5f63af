package io.xg2g.transcode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.xg2g.problem.ProblemException;
import io.xg2g.problem.ProblemType;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdempotencyKeysTest {
    private final IdempotencyKeys keys = new IdempotencyKeys();

    @Test
    void aKeyIsReadInQuotesOrWithout() {
        assertThat(IdempotencyKeys.parse(List.of())).isNull();
        assertThat(IdempotencyKeys.parse(List.of("\"8e03978e-40d5\""))).isEqualTo("8e03978e-40d5");
        assertThat(IdempotencyKeys.parse(List.of(" 8e03978e-40d5 "))).isEqualTo("8e03978e-40d5");
        assertThat(IdempotencyKeys.parse(List.of("x".repeat(255)))).hasSize(255);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\"\"", "\"a", "a\"b", "a b", "ä", "a\\b"})
    void anotherTextIsRefused(String header) {
        assertThatThrownBy(() -> IdempotencyKeys.parse(List.of(header))).isInstanceOf(ProblemException.class);
    }

    @Test
    void aLongOrRepeatedKeyIsRefused() {
        assertThatThrownBy(() -> IdempotencyKeys.parse(List.of("x".repeat(256))))
                .isInstanceOf(ProblemException.class);
        assertThatThrownBy(() -> IdempotencyKeys.parse(List.of("a", "a"))).isInstanceOf(ProblemException.class);
    }

    @Test
    void aKeyIsUsedByOneRequestOfAClientAtATime() {
        IdempotencyKeys.Claim claim = keys.claim("client", "key");
        keys.claim("client", "other");
        keys.claim("another", "key");
        keys.claim("client", null);
        keys.claim("client", null);
        assertThatThrownBy(() -> keys.claim("client", "key"))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        refused -> assertThat(refused.problem().type()).isEqualTo(ProblemType.IDEMPOTENCY_KEY_IN_USE));

        claim.close();
        keys.claim("client", "key");
    }
}
