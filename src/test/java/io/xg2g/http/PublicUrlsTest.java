package io.xg2g.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.runtime.configuration.ConfigurationException;
import io.vertx.core.MultiMap;
import io.xg2g.http.PublicUrl.Authority;
import io.xg2g.redaction.Redaction;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PublicUrlsTest {
    private static final String PROXY = "10.1.1.1";

    @Test
    void withoutAProxyThePublicUrlIsTheRequestUrl() {
        assertThat(url("x-forwarded-for", "203.0.113.7", "")).isEqualTo("http://inside:8080/");
        assertThat(url("x-forwarded-for", null, "")).isEqualTo("http://inside:8080/");
    }

    @ParameterizedTest
    @ValueSource(strings = {"x-forwarded-for", "forwarded"})
    void headersOfUntrustedSendersAreIgnored(String header) {
        String forged =
                "X-Forwarded-Proto: https; X-Forwarded-Host: evil.example; X-Forwarded-Port: 1; X-Forwarded-Prefix:"
                        + " /evil; Forwarded: proto=https,host=evil.example";
        assertThat(url(header, "203.0.113.7", forged)).isEqualTo("http://inside:8080/");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "X-Forwarded-Proto: https; X-Forwarded-Host: tv.example.org | https://tv.example.org/",
                "X-Forwarded-Proto: HTTPS; X-Forwarded-Host: tv.example.org; X-Forwarded-Port: 8443; X-Forwarded-Prefix: /xg2g"
                        + " | https://tv.example.org:8443/xg2g/",
                "X-Forwarded-Proto: https; X-Forwarded-Host: tv.example.org:8443 | https://tv.example.org:8443/",
                // A proxy in a container listens on a port other than the published one.
                "X-Forwarded-Proto: https; X-Forwarded-Host: tv.example.org:8443; X-Forwarded-Port: 443"
                        + " | https://tv.example.org:8443/",
                "X-Forwarded-Proto: https; X-Forwarded-Host: [2001:db8::7]:8443 | https://[2001:db8::7]:8443/",
                "X-Forwarded-Proto: https; X-Forwarded-Host: tv.example.org; X-Forwarded-Port: 443 | https://tv.example.org/",
                "X-Forwarded-Proto: http; X-Forwarded-Host: tv.example.org; X-Forwarded-Port: 80 | http://tv.example.org/",
                // The forwarded Host is used if no header has another.
                "X-Forwarded-Proto: https | https://inside:8080/",
                "X-Forwarded-Port: 8443 | http://inside:8443/",
                "X-Forwarded-Prefix: /a/b/ | http://inside:8080/a/b/",
                "X-Forwarded-Prefix: / | http://inside:8080/",
                "Forwarded: proto=https | http://inside:8080/"
            })
    void aTrustedProxySetsThePublicUrl(String headers, String url) {
        assertThat(url("x-forwarded-for", PROXY, headers)).isEqualTo(url);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "proto=https,host=tv.example.org | https://tv.example.org/",
                "For=198.51.100.1,Host=\"tv.example.org:8443\",Proto=https | https://tv.example.org:8443/",
                "proto=https,host=\"[2001:db8::7]:8443\" | https://[2001:db8::7]:8443/",
                "for=198.51.100.1,proto=https | https://inside:8080/",
                // A port is part of the host.
                "proto=https,host=tv.example.org,port=8443 | https://tv.example.org/"
            })
    void theForwardedHeaderIsReadIfConfigured(String parameters, String url) {
        assertThat(url(
                        "forwarded",
                        PROXY,
                        "Forwarded: " + parameters + "; X-Forwarded-Host: other; X-Forwarded-Port: 9"))
                .isEqualTo(url);
    }

    @Test
    void thePrefixIsReadWithTheForwardedHeaderToo() {
        assertThat(url("forwarded", PROXY, "Forwarded: proto=https,host=tv; X-Forwarded-Prefix: /xg2g"))
                .isEqualTo("https://tv/xg2g/");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // Entries of the client are left of the proxy's entry.
                "X-Forwarded-For: 198.51.100.1; X-Forwarded-Proto: http, https; X-Forwarded-Host: evil, tv | https://tv/",
                // Of two trusted proxies, the outer one has the client's request.
                "X-Forwarded-For: 198.51.100.1, 10.2.2.2; X-Forwarded-Proto: https, http; X-Forwarded-Host: tv, mid"
                        + " | https://tv/",
                "X-Forwarded-For: 192.0.2.1, 198.51.100.1, 10.2.2.2; X-Forwarded-Proto: http, https, http | https://inside:8080/",
                // Each removes its own prefix.
                "X-Forwarded-For: 198.51.100.1, 10.2.2.2; X-Forwarded-Prefix: /outer, /inner | http://inside:8080/outer/inner/",
                "X-Forwarded-For: 198.51.100.1; X-Forwarded-Prefix: /forged, /inner | http://inside:8080/inner/",
                // The inner proxy has forwarded the outer one's value, or has replaced it.
                "X-Forwarded-For: 198.51.100.1, 10.2.2.2; X-Forwarded-Proto: https; X-Forwarded-Prefix: /a | https://inside:8080/a/",
                // Without a client address there is one proxy.
                "X-Forwarded-Proto: http, https | https://inside:8080/"
            })
    void theValueOfTheOutermostTrustedProxyIsUsed(String headers, String url) {
        assertThat(url("x-forwarded-for", PROXY, headers)).isEqualTo(url);
    }

    @Test
    void theOutermostTrustedForwardedElementIsUsed() {
        String headers =
                "Forwarded: for=192.0.2.1,proto=http,host=evil; Forwarded: for=198.51.100.1,proto=https,host=tv;"
                        + " Forwarded: for=10.2.2.2,proto=http,host=mid";
        assertThat(url("forwarded", PROXY, headers)).isEqualTo("https://tv/");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X-Forwarded-Proto: javascript",
                "X-Forwarded-Proto: https://x",
                "X-Forwarded-Host: user@tv",
                "X-Forwarded-Host: tv/evil",
                "X-Forwarded-Host: tv\"",
                "X-Forwarded-Host: tv:0",
                "X-Forwarded-Host: tv:65536",
                "X-Forwarded-Host: tv:",
                "X-Forwarded-Host: [2001:db8::zz]",
                "X-Forwarded-Host: [1234]",
                "X-Forwarded-Host: [fe80::1%eth0]",
                "X-Forwarded-Host: tv\nx",
                "X-Forwarded-Host: ",
                "X-Forwarded-Port: 0",
                "X-Forwarded-Port: 65536",
                "X-Forwarded-Port: -1",
                "X-Forwarded-Port: https",
                "X-Forwarded-Prefix: xg2g",
                "X-Forwarded-Prefix: //evil.example",
                "X-Forwarded-Prefix: /a//b",
                "X-Forwarded-Prefix: /a/../b",
                "X-Forwarded-Prefix: /..",
                "X-Forwarded-Prefix: /a/./b",
                "X-Forwarded-Prefix: /a\"b",
                "X-Forwarded-Prefix: /a\nb",
                "X-Forwarded-Prefix: /a?b",
                "X-Forwarded-Prefix: /%2e%2e",
                "X-Forwarded-Prefix: /a\\b",
                "X-Forwarded-For: 198.51.100.1, 10.2.2.2; X-Forwarded-Prefix: /a, b"
            })
    void malformedValuesAreIgnored(String header) {
        assertThat(url("x-forwarded-for", PROXY, header)).isEqualTo("http://inside:8080/");
    }

    @Test
    void thePrefixLengthIsBounded() {
        assertThat(url("x-forwarded-for", PROXY, "X-Forwarded-Prefix: " + "/a".repeat(4_000)))
                .isEqualTo("http://inside:8080/");
    }

    @Test
    void onlyTheHostOfTheConfiguredUrlIsAccepted() {
        PublicUrls urls = new PublicUrls(new Config("forwarded", Optional.of("https://tv.example.org:8443/xg2g/")));
        assertThat(urls.isConfigured("TV.example.org")).isTrue();
        assertThat(urls.isConfigured("example.org")).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "https://tv.example.org, https://tv.example.org/live",
        "https://tv.example.org/, https://tv.example.org/live",
        "HTTPS://tv.example.org:443, https://tv.example.org/live",
        "http://tv.example.org:443/a/b, http://tv.example.org:443/a/b/live",
        "http://[2001:db8::7]:80, http://[2001:db8::7]/live"
    })
    void aConfiguredUrlIsUsedAsBase(String configured, String url) {
        assertThat(PublicUrl.parse(configured).orElseThrow().url("/live")).hasToString(url);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "tv.example.org",
                "/xg2g",
                "//tv.example.org",
                "ftp://tv.example.org",
                "https:tv.example.org",
                "https://",
                "https://user@tv.example.org",
                "https://tv.example.org:0",
                "https://tv.example.org:65536",
                "https://tv.example.org/?a",
                "https://tv.example.org/#a",
                "https://tv.example.org//a",
                "https://tv.example.org/a/../b",
                "https://tv.example.org/a b"
            })
    void anInvalidBaseUrlFailsTheStart(String configured) {
        assertThatThrownBy(() -> new PublicUrls(new Config("forwarded", Optional.of(configured))))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith("xg2g.http.public-url is " + Redaction.text(configured) + "; allowed is");
    }

    /** Headers are separated by semicolons, the parameters of one header by commas. */
    private static String url(String forwardedHeader, String peer, String headers) {
        MultiMap all = MultiMap.caseInsensitiveMultiMap();
        for (String header : headers.isEmpty() ? List.<String>of() : List.of(headers.split("; "))) {
            String[] parts = header.split(": ", 2);
            all.add(parts[0].strip(), parts[0].strip().equals("Forwarded") ? parts[1].replace(',', ';') : parts[1]);
        }
        return new PublicUrls(new Config(forwardedHeader, Optional.empty()))
                .of(
                        "http",
                        new Authority("inside", Optional.of(8080)),
                        peer == null ? null : AddressBlock.literal(peer),
                        all)
                .url("/")
                .toString();
    }

    private record Config(String forwardedHeader, Optional<String> publicUrl) implements HttpConfig {
        @Override
        public Optional<List<String>> trustedProxies() {
            return Optional.of(List.of("10.0.0.0/8"));
        }

        @Override
        public int maxConnectionsPerClient() {
            return 1;
        }

        @Override
        public Duration idleTimeout() {
            return Duration.ofSeconds(1);
        }

        @Override
        public Duration bodyTimeout() {
            return Duration.ofSeconds(1);
        }
    }
}
