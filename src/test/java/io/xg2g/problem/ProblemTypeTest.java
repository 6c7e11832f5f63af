package io.xg2g.problem;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class ProblemTypeTest {
    /** Such a code has more than one reason: its title must not name one of them. */
    @Test
    void aCodeThatIsThePhraseOfItsStatusHasThePhraseAsItsTitle() {
        List<ProblemType> general = Arrays.stream(ProblemType.values())
                .filter(type ->
                        type.code().equals(phrase(type).toLowerCase(Locale.ROOT).replace(' ', '-')))
                .toList();

        assertThat(general)
                .contains(ProblemType.FORBIDDEN, ProblemType.NOT_FOUND, ProblemType.CONFLICT)
                .allSatisfy(type -> assertThat(type.title()).isEqualTo(phrase(type)));
    }

    private static String phrase(ProblemType type) {
        return HttpResponseStatus.valueOf(type.status()).reasonPhrase();
    }
}
