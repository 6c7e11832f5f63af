package io.xg2g.security;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AuditTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/live/news/stream.ts | /live/news/stream.ts",
                "user:ada@example.org | user:ada@example.org",
                "ada outcome=allowed  | \"ada outcome=allowed\"",
                "a=b                  | \"a=b\"",
                "'say \"no\"'         | \"say \\\"no\\\"\"",
                "''                   | \"\"",
            })
    void aValueIsOneWordOrQuoted(String text, String written) {
        assertThat(Audit.value(text)).isEqualTo(written);
    }

    @ParameterizedTest
    @CsvSource({"0x0a", "0x0d", "0x00", "0x1b", "0x85", "0x2028", "0x2029"})
    void aValueCannotStartALine(String codePoint) {
        String text = "a" + Character.toString(Integer.decode(codePoint)) + "b";

        assertThat(Audit.value(text)).matches("\"a\\\\u[0-9a-f]{4}b\"");
    }
}
