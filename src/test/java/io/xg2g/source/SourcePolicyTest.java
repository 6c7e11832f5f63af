package io.xg2g.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.runtime.configuration.ConfigurationException;
import io.xg2g.redaction.Redaction;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SourcePolicyTest {
    private static final Map<String, List<String>> NAMES = Map.of(
            "tv.example.org", List.of("93.184.216.34", "2606:2800:21f:cb07::1"),
            "cam.example.org", List.of("192.168.1.20"),
            "inside.example.net", List.of("10.1.2.3"),
            "half.example.net", List.of("93.184.216.34", "10.1.2.3"),
            "meta.example.org", List.of("169.254.169.254"),
            "loop.example.org", List.of("::1"));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://tv.example.org/a.ts",
                "HTTPS://TV.Example.ORG:8443/",
                "http://tv.example.org./",
                "srt://tv.example.org:9000",
                "srt://tv.example.org:9000?streamid=x&mode=caller",
                "rtsp://user:pw@tv.example.org/1",
                "rtsps://tv.example.org/",
                "http://93.184.216.34/",
                "http://[2606:2800:21f:cb07::1]:8080/",
                "http://[::ffff:8.8.8.8]/",
                "http://later.example.org/"
            })
    void thePublicInternetIsAllowed(String source) {
        assertThatCode(() -> policy("public").admit(URI.create(source))).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://inside.example.net/",
                "http://half.example.net/",
                "http://meta.example.org/",
                "http://loop.example.org/",
                "http://tv.example.org:22/",
                "http://tv.example.org:25/",
                "udp://tv.example.org:5000",
                "udp://@239.0.0.1:5000",
                "http://localhost/",
                "http://a.localhost:8080/",
                "http://0177.0.0.1/",
                "http://127.1/",
                "http://2130706433/",
                "http://0x7f000001/",
                "http://127.0.0.1./",
                "http://[::1]/",
                "http://[fe80::1%25lo]/",
                "http://tv.example.org/#@x",
                "http://a@b@tv.example.org/",
                "http://tv_1.example.org/",
                "srt://tv.example.org",
                "srt://tv.example.org:9000?mode=listener",
                "srt://tv.example.org:9000?localaddr=127.0.0.1",
                "file:///etc/passwd",
                "concat:/a",
                "http://tv.example.org:0/",
                "http://tv.example.org:65536/",
                "http:tv.example.org",
                "ftp://tv.example.org/",
                "httpproxy://tv.example.org/",
                "udp://@",
                "udp://@?localaddr=127.0.0.1"
            })
    void otherAddressesAreRefused(String source) {
        assertThatThrownBy(() -> policy("public").admit(URI.create(source))).isInstanceOf(SourceNotAllowed.class);
    }

    /** An unpaired surrogate, and a character that is canonically equivalent to a grave accent. */
    @Test
    void invalidCharactersAreRefused() {
        for (String end : List.of("\ud800x", "\u1fef")) {
            assertThatThrownBy(() -> policy("public").admit(URI.create("http://tv.example.org/" + end)))
                    .isInstanceOf(SourceNotAllowed.class);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        cam.example.org | http://cam.example.org/ | true
        cam.example.org | rtsp://cam.example.org:8554/ | true
        cam.example.org | http://tv.example.org/ | false
        *.example.org | http://cam.example.org/ | true
        *.example.org | http://example.org/ | false
        *.example.org | http://meta.example.org/ | false
        *.example.org, 169.254.169.254 | http://meta.example.org/ | true
        http://cam.example.org:8080 | http://cam.example.org:8080/x | true
        http://cam.example.org:8080 | http://cam.example.org/x | false
        http://cam.example.org:8080 | https://cam.example.org:8080/x | false
        192.168.1.0/24 | http://cam.example.org/ | true
        192.168.1.0/24 | http://192.168.1.7:22/ | true
        192.168.1.0/24 | http://192.168.2.7/ | false
        rtsp://192.168.1.20:554 | rtsp://cam.example.org/ | true
        rtsp://192.168.1.20:554 | http://cam.example.org:554/ | false
        10.1.2.3 | http://half.example.net/ | false
        public, 10.1.2.3 | http://half.example.net/ | true
        ::1 | http://loop.example.org/ | false
        [::1] | http://loop.example.org/ | true
        [fd00::/8]:8080 | http://[fd12::1]:8080/ | true
        [fd00::/8]:8080 | http://[fd12::1]/ | false
        udp://239.0.0.0/8:5000 | udp://@239.1.1.1:5000 | true
        udp://239.0.0.0/8:5000 | udp://@239.1.1.1:5001 | false
        udp://239.0.0.0/8 | udp://239.1.1.1:5000?localaddr=10.0.0.1 | false
        127.0.0.1 | http://[::ffff:127.0.0.1]:9/ | true
        127.0.0.1 | http://localhost:9/ | false
        """)
    void allowListEntriesAllowWhatTheyDescribe(String entries, String source, boolean allowed) {
        if (entries.equals("::1")) {
            assertThatThrownBy(() -> policy(entries)).isInstanceOf(ConfigurationException.class);
            return;
        }
        assertThat(isAllowed(policy(entries.split(", ")), source)).isEqualTo(allowed);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "*",
                "http://",
                "ftp://a",
                "a:0",
                "a:70000",
                "10.0.0.0/33",
                "a b",
                "a/b",
                "user@a",
                "127.1",
                "http://a/path"
            })
    void anInvalidEntryFailsTheStart(String entry) {
        assertThatThrownBy(() -> policy(entry))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith("xg2g.source.allow is " + Redaction.text(entry)
                        + "; allowed is public, or [scheme://]host[:port]");
    }

    @Test
    void theEndpointHasAllAddresses() throws Exception {
        ResolvedEndpoint destination = policy("public")
                .ofClient(URI.create("http://tv.example.org/"))
                .to(URI.create("http://TV.example.org./a?b"));

        assertThat(destination.host()).isEqualTo("tv.example.org");
        assertThat(destination.port()).isEqualTo(80);
        assertThat(destination.addresses())
                .containsExactly(
                        InetAddress.ofLiteral("93.184.216.34"), InetAddress.ofLiteral("2606:2800:21f:cb07::1"));
        assertThat(destination.numeric()).isEqualTo(URI.create("http://93.184.216.34:80/a?b"));
    }

    @Test
    void theConfiguredHostIsTrustedAndRedirectTargetsAreNot() {
        FetchScope reach = policy("public").ofOperator(URI.create("http://inside.example.net/a"));

        assertThatCode(() -> reach.to(URI.create("http://inside.example.net:22/b")))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> reach.to(URI.create("http://10.1.2.3/"))).isInstanceOf(SourceNotAllowed.class);
    }

    @Test
    void aPlaylistMayReferToItsOwnHostAndListedHosts() {
        URI source = URI.create("http://tv.example.org/live.m3u8");
        URI found = URI.create("http://93.184.216.34/live.m3u8");
        FetchScope client = policy("public", "cam.example.org").ofClient(source);
        FetchScope operator = policy("public").ofOperator(source);

        for (String own : List.of(
                "http://tv.example.org/1.ts",
                "https://tv.example.org/",
                "http://93.184.216.34:8080/1.ts",
                "http://cam.example.org/")) {
            assertThatCode(() -> client.checkReference(found, URI.create(own))).doesNotThrowAnyException();
        }
        for (String foreign : List.of(
                "http://half.example.net/1.ts",
                "http://8.8.8.8/",
                "file:///etc/passwd",
                "data:,x",
                "rtsp://tv.example.org/",
                "relative")) {
            assertThatThrownBy(() -> client.checkReference(found, URI.create(foreign)))
                    .isInstanceOf(SourceNotAllowed.class);
        }
        assertThatCode(() -> operator.checkReference(found, URI.create("http://8.8.8.8/")))
                .doesNotThrowAnyException();
    }

    @Test
    void aRefusalHasTheAllowListAndNoSecret() {
        assertThatThrownBy(() ->
                        policy("public", "*.example.org").admit(URI.create("http://u:secret@10.0.0.1/secret?secret")))
                .hasMessage(
                        "http://10.0.0.1:80 leads to an address that is not allowed; allowed is: public, *.example.org"
                                + " (xg2g.source.allow, docs/sources.md)");
    }

    private static boolean isAllowed(SourcePolicy policy, String source) {
        try {
            policy.admit(URI.create(source));
            return true;
        } catch (SourceNotAllowed refused) {
            return false;
        }
    }

    private static SourcePolicy policy(String... entries) {
        return new SourcePolicy(new AllowList(Stream.of(entries).toList()), name -> {
            List<String> addresses = NAMES.get(name);
            if (addresses == null) {
                throw new UnknownHostException(name);
            }
            return addresses.stream().map(InetAddress::ofLiteral).toList();
        });
    }
}
