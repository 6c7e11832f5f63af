package io.xg2g.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.InetAddress;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SourceHeadersTest {
    private static final SourceHeaders HEADERS = new SourceHeaders(Map.of(
            "User-Agent",
            "VLC/3.0.20",
            "Referer",
            "https://tv.example.org/",
            "Cookie",
            "a=b",
            "Authorization",
            "Basic x"));

    private static FetchScope scope(String source) {
        SourcePolicy policy =
                new SourcePolicy(new AllowList(List.of("public")), _ -> List.of(InetAddress.getLoopbackAddress()));
        return policy.ofClient(URI.create(source), HEADERS);
    }

    @ParameterizedTest
    @CsvSource({
        "http://tv.example.org/a.m3u8,  http://tv.example.org/b.ts,       true",
        "http://tv.example.org/a.m3u8,  http://TV.example.org:8080/b.ts,  true",
        "http://tv.example.org/a.m3u8,  https://tv.example.org/b.ts,      true",
        "https://tv.example.org/a.m3u8, http://tv.example.org/b.ts,       false",
        "http://tv.example.org/a.m3u8,  http://cdn.example.org/b.ts,      false",
        "http://tv.example.org/a.m3u8,  http://a.tv.example.org/b.ts,     false",
        "http://tv.example.org/a.m3u8,  http://example.org/b.ts,          false"
    })
    void theyAreSentToTheHostOfTheSourceOnly(String source, String target, boolean sent) throws Exception {
        assertThat(scope(source).headers(URI.create(target))).isEqualTo(sent ? HEADERS.values() : Map.of());
    }

    @Test
    void cookiesOfTheServerFollowTheConfiguredOnes() throws Exception {
        FetchScope scope = scope("http://tv.example.org/a");
        scope.responded(URI.create("http://tv.example.org/a"), List.of("session=42; Path=/"));
        scope.responded(URI.create("http://cdn.example.org/a"), List.of("edge=1"));

        assertThat(scope.headers(URI.create("http://tv.example.org/b"))).containsEntry("Cookie", "a=b; session=42");
        assertThat(scope.headers(URI.create("http://cdn.example.org/b"))).containsOnly(Map.entry("Cookie", "edge=1"));
    }

    @ParameterizedTest
    @CsvSource({
        "Host, h",
        "range, bytes=0-",
        "Content-Length, 0",
        "Transfer-Encoding, chunked",
        "Accept-Encoding, br",
        "A B, x",
        "A:, x",
        "'', x",
        "X, ''",
        "X, 'a\nb'",
        "X, 'ü'",
        "X, ' a'",
        "X, 'a '"
    })
    void headersThatWouldChangeTheMessageAreRefused(String name, String value) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new SourceHeaders(Map.of(name, value.replace("\\n", "\n"))));
    }

    @Test
    void thereAreSixteenAtMostAndNamesDifferInMoreThanTheirCase() {
        Map<String, String> many = new HashMap<>();
        IntStream.range(0, 17).forEach(i -> many.put("X-" + i, "x"));
        assertThatIllegalArgumentException().isThrownBy(() -> new SourceHeaders(many));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new SourceHeaders(Map.of("Cookie", "secret", "COOKIE", "secret")))
                .withMessageNotContaining("secret");
    }

    @Test
    void theTextHasNoValues() {
        assertThat(HEADERS.toString()).contains("Cookie").doesNotContain("VLC", "a=b", "Basic");
    }
}
