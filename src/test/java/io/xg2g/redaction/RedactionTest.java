package io.xg2g.redaction;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class RedactionTest {
    private static final String SECRET = "s3cr3t";
    private static final String FIELDS = "4097:0:19:132F:3EF:1:C00000:0:0:0:";

    /** URLs with a secret at every possible place. */
    private static final List<String> URLS = List.of(
            "http://user:s3cr3t@tv.example:8080/live/1.ts",
            "https://s3cr3t@tv.example/",
            "HTTP://user:s3cr3t@[2001:db8::7]:8080/a",
            "rtsp://admin:s3cr3t@192.0.2.7/stream1",
            "rtsps://admin:p%40ss%2Fs3cr3t@192.0.2.7:322/stream1",
            "rtsp://192.0.2.7:554/user=admin&password=s3cr3t&channel=1",
            "srt://192.0.2.7:9000?streamid=read:s3cr3t&passphrase=s3cr3t",
            "udp://s3cr3t@239.0.0.1:5000",
            "http://tv.example/live/user/s3cr3t/123.ts",
            "http://tv.example/get.php?username=user&password=s3cr3t&type=m3u_plus",
            "http://tv.example/x#s3cr3t",
            "http://tv.example?s3cr3t",
            "http://user:12/s3cr3t@tv.example/x",
            "http://user:12?s3cr3t@tv.example/x",
            "http://user:a@s3cr3t@tv.example/x",
            "http://user:12 s3cr3t@tv.example/x",
            "http://user:a b c s3cr3t@tv.example/x",
            "http://user:a\"s3cr3t@tv.example/x",
            "http://user:a's3cr3t@tv.example/x",
            "http://user:a<s3cr3t>@tv.example/x",
            "http://user%3As3cr3t%40tv.example/x",
            "http://us%er:s3cr3t%@tv.example/x",
            "icyx+http://user:s3cr3t@tv.example/x");

    private static List<String> urls() {
        return URLS;
    }

    /** With several levels of percent-encoding, alone and within texts. */
    @ParameterizedTest
    @MethodSource("urls")
    void noFormOfTheAddressShowsTheSecret(String url) {
        List<UnaryOperator<String>> encodings = List.of(
                UnaryOperator.identity(),
                plain -> plain.replace(":", "%3a"),
                RedactionTest::encoded,
                plain -> encoded(plain).toLowerCase(Locale.ROOT),
                plain -> encoded(plain.replace(":", "%3a")),
                plain -> encoded(encoded(plain)),
                plain -> encoded(encoded(encoded(plain))));
        List<String> frames = List.of(
                "%s",
                FIELDS + "%s",
                FIELDS + "%s:Das Erste HD",
                "stream not found receiver=attic service=" + FIELDS + "%s error=timeout",
                "[http @ 0x55d5] Opening '%s' for reading\n%1$s: Connection refused",
                "GET /api/stream?sRef=%s HTTP/1.1",
                "{\"url\":\"%s\",\"id\":1}",
                "url is «%s»; allowed is another",
                "java.net.URISyntaxException: Illegal character in authority at index 7: %s");
        for (UnaryOperator<String> encoding : encodings) {
            for (String frame : frames) {
                String text = frame.formatted(encoding.apply(url));
                assertThat(List.of(Redaction.text(text), Redaction.serviceReference(text), Redaction.url(text)))
                        .as(text)
                        .allSatisfy(shown -> assertThat(shown).doesNotContainIgnoringCase(SECRET));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "http://user:s3cr3t@tv.example:8080/live/1.ts, http://tv.example:8080/…",
        "http%3a//user%3as3cr3t@tv.example%3a8080/live/1.ts, http://tv.example:8080/…",
        "http%253A%252F%252Fuser%253As3cr3t%2540tv.example%253A8080%252Fx, http://tv.example:8080/…",
        "rtsp://[2001:db8::7]:554/1, rtsp://[2001:db8::7]:554/…",
        "https://tv.example/, https://tv.example",
        "srt://192.0.2.7:9000?streamid=x, srt://192.0.2.7:9000/…",
        "http://user:12/34@tv.example/x, http://…",
        "/media/hdd/movie/film.ts, …"
    })
    void schemeHostAndPortOfAnAddressRemain(String url, String shown) {
        assertThat(Redaction.url(url)).isEqualTo(shown);
    }

    @ParameterizedTest
    @CsvSource({
        "1:0:19:132F:3EF:1:C00000:0:0:0:, 1:0:19:132F:3EF:1:C00000:0:0:0:",
        "1:0:19:132F:3EF:1:C00000:0:0:0, 1:0:19:132F:3EF:1:C00000:0:0:0",
        "1:0:19:132F:3EF:1:C00000:0:0:0::Das Erste, 1:0:19:132F:3EF:1:C00000:0:0:0:…",
        "1:0:0:0:0:0:0:0:0:0:/media/hdd/film.ts, 1:0:0:0:0:0:0:0:0:0:…",
        "4097:0:1:1:1:1:1:0:0:0:http%3a//u%3ap@h%3a80/x:Name, 4097:0:1:1:1:1:1:0:0:0:http://h:80/…",
        "no reference at all, no reference at all"
    })
    void theFieldsOfAServiceReferenceRemain(String reference, String shown) {
        assertThat(Redaction.serviceReference(reference)).isEqualTo(shown);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "what does not look like an address|what does not look like an address",
                "is it there?|is it there?",
                "100% of http:// or https://, a host|100% of http:// or https://, a host",
                "Listening on: http://127.0.0.1:8080. Management|Listening on: http://127.0.0.1:8080. Management",
                "'http://h:80/a': refused|'http://h:80/…': refused",
                "GET /live/a.ts?token=x HTTP/1.1|GET /live/a.ts?… HTTP/1.1"
            })
    void theRestOfATextIsUnchanged(String text, String shown) {
        assertThat(Redaction.text(text)).isEqualTo(shown);
    }

    @Test
    void longTextsAreReadInOnePass() {
        for (String piece : List.of("?", "%25", "a://", "%3f", "http%3a//%25", "a ", "://@", "=?", "http://a b ")) {
            assertThat(Redaction.text(piece.repeat(100_000 / piece.length()))).isNotEmpty();
        }
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
