package io.xg2g.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CookieJarTest {
    private final CookieJar jar = new CookieJar();

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            http://h.example.org/a/b    | s=42                                | http://h.example.org/a/c    | s=42
            http://h.example.org/a/b    | s=42                                | http://h.example.org/a      | s=42
            http://h.example.org/a/b    | s=42                                | http://h.example.org/ab     | ''
            http://h.example.org/a/b    | s=42                                | http://h.example.org/       | ''
            http://h.example.org/a/b    | s=42; Path=/; HttpOnly              | http://h.example.org        | s=42
            http://h.example.org/a/b    | s=42; Path=/                        | http://H.Example.ORG:81/x   | s=42
            http://h.example.org/       | s=42; Max-Age=60; Version=1         | http://h.example.org/       | s=42
            http://h.example.org/       | s=42                                | http://other.example.org/   | ''
            http://h.example.org/       | s=42                                | http://x.h.example.org/     | ''
            http://h.example.org/       | s=42; Domain=.example.org           | http://x.example.org/       | s=42
            http://h.example.org/       | s=42; Domain=example.org            | http://badexample.org/      | ''
            http://h.example.org/       | s=42; Domain=org                    | http://x.org/               | ''
            http://h.example.org/       | s=42; Domain=other.org              | http://other.org/           | ''
            http://192.0.2.7/           | s=42; Domain=0.2.7                  | http://192.0.2.7/           | ''
            http://192.0.2.7/           | s=42                                | http://192.0.2.7:8080/      | s=42
            https://h.example.org/      | s=42; Secure                        | http://h.example.org/       | ''
            https://h.example.org/      | s=42; Secure                        | https://h.example.org/      | s=42
            http://h.example.org/       | s=42; Max-Age=0                     | http://h.example.org/       | ''
            http://h.example.org/       | s=42; Expires=Thu, 01 Jan 1970 00:00:00 GMT | http://h.example.org/ | ''
            http://h.example.org/       | nonsense                            | http://h.example.org/       | ''
            """)
    void aCookieIsSentToTheHostAndPathThatSetIt(String from, String header, String to, String sent) {
        jar.store(URI.create(from), List.of(header));

        assertThat(jar.header(URI.create(to))).isEqualTo(sent);
    }

    @Test
    void theLatestValueAndTheLatestCookiesAreKept() {
        URI uri = URI.create("http://h/");
        IntStream.range(0, 100).forEach(i -> jar.store(uri, List.of("c" + i + "=x", "session=" + i)));

        assertThat(jar.header(uri).split("; ")).hasSize(CookieJar.MAX_COOKIES).contains("session=99", "c99=x");
    }
}
