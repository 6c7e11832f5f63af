package io.xg2g.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AuthenticationChallengeTest {
    private static final String RFC_NONCE = "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v";
    private static final String RFC_CLIENT_NONCE = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ";
    private static final Credentials MUFASA = new Credentials("Mufasa", "Circle of Life");

    /** RFC 7616, section 3.9.1. */
    @ParameterizedTest
    @CsvSource({
        "MD5,     8ca523f5e9506fed4657c9700eebdbec",
        "SHA-256, 753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"
    })
    void digestEqualsTheExampleOfTheRfc(String algorithm, String response) {
        AuthenticationChallenge challenge =
                only("Digest realm=\"http-auth@example.org\", qop=\"auth, auth-int\", algorithm=" + algorithm
                        + ", nonce=\"" + RFC_NONCE + "\", opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\"");

        assertThat(challenge.answer(MUFASA, "GET", "/dir/index.html", 1, RFC_CLIENT_NONCE))
                .isEqualTo("Digest username=\"Mufasa\", realm=\"http-auth@example.org\", nonce=\"" + RFC_NONCE
                        + "\", uri=\"/dir/index.html\", response=\"" + response + "\", algorithm=" + algorithm
                        + ", opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\", qop=auth, nc=00000001, cnonce=\""
                        + RFC_CLIENT_NONCE + "\"");
    }

    /** RFC 2069, as used by cameras; its example has an erratum, so this one is computed by {@code md5sum}. */
    @Test
    void withoutQopThereIsNoClientNonce() {
        AuthenticationChallenge challenge = only("Digest realm=\"camera\", nonce=\"abc\"");

        // md5(md5(admin:camera:pw):abc:md5(DESCRIBE:rtsp://c/1))
        assertThat(challenge.answer(new Credentials("admin", "pw"), "DESCRIBE", "rtsp://c/1", 1, "00"))
                .isEqualTo(
                        "Digest username=\"admin\", realm=\"camera\", nonce=\"abc\", uri=\"rtsp://c/1\", response=\"7855176a20bf1185d2c677a7eb894ea6\"");
    }

    @Test
    void basicIsUserAndPassword() {
        assertThat(only("Basic realm=\"x\"").answer(new Credentials("Aladdin", "open sesame"), "OPTIONS", "*", 1, "00"))
                .isEqualTo("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
    }

    @Test
    void theStrongestSupportedChallengeIsUsed() {
        String md5 = "Digest realm=\"r\", nonce=\"1\"";
        String sha256 = "digest realm=\"r\", nonce=\"2\", algorithm=SHA-256";
        String unknown = "Digest realm=\"r\", nonce=\"3\", algorithm=SHA-512-256";
        String integrity = "Digest realm=\"r\", nonce=\"4\", qop=\"auth-int\"";

        assertThat(AuthenticationChallenge.strongest(List.of("Basic realm=\"r\"", md5, sha256, unknown, integrity)))
                .hasValueSatisfying(best -> assertThat(best.parameters()).containsEntry("nonce", "2"));
        assertThat(AuthenticationChallenge.strongest(List.of("Basic realm=\"r\"", md5)))
                .hasValueSatisfying(best -> assertThat(best.digest()).isTrue());
        assertThat(AuthenticationChallenge.strongest(List.of(unknown, "Basic")))
                .hasValueSatisfying(best -> assertThat(best.digest()).isFalse());
    }

    /** RFC 9110, section 11.6.1: a header may have several challenges. */
    @Test
    void challengesInOneHeaderAreRead() {
        String header = "Negotiate, Basic realm=\"a, b\", Digest realm=\"r\", nonce=\"1\", qop=\"auth,auth-int\", NTLM";

        assertThat(only(header).parameters())
                .containsEntry("nonce", "1")
                .containsEntry("realm", "r")
                .containsEntry("qop", "auth,auth-int");
        assertThat(only("Negotiate, Basic realm=\"a, b\"").parameters()).containsEntry("realm", "a, b");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Digest",
                "Digest realm=\"r\"",
                "Bearer x",
                "Digestrealm=1",
                "Digest nonce=\"1\", qop=\"auth-int\""
            })
    void unsupportedChallengesAreIgnored(String value) {
        assertThat(AuthenticationChallenge.strongest(List.of(value))).isEmpty();
    }

    @Test
    void credentialsCannotEndAHeader() {
        AuthenticationChallenge challenge = only("Digest realm=\"r\", nonce=\"1\"");
        Credentials hostile =
                Credentials.of(URI.create("rtsp://a%22%0D%0AX:b@camera/")).orElseThrow();

        assertThat(challenge.answer(hostile, "OPTIONS", "*", 1, "00"))
                .startsWith("Digest username=\"a\\\"X\", ")
                .doesNotContain("\r", "\n");
    }

    @Test
    void credentialsAreDecoded() {
        assertThat(Credentials.of(URI.create("rtsp://a%3Ab:c%40+d:e@camera/")))
                .contains(new Credentials("a:b", "c@+d:e"));
        assertThat(Credentials.of(URI.create("rtsp://a@camera/"))).contains(new Credentials("a", ""));
        assertThat(Credentials.of(URI.create("rtsp://:a@camera/"))).contains(new Credentials("", "a"));
        assertThat(Credentials.of(URI.create("rtsp://camera/"))).isEmpty();
        assertThat(new Credentials("a", "secret")).hasToString("credentials");
    }

    private static AuthenticationChallenge only(String value) {
        return AuthenticationChallenge.strongest(List.of(value)).orElseThrow();
    }
}
