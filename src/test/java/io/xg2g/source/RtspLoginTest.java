package io.xg2g.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.xg2g.source.RtspReader.Unit;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Both directions of a connection, without sockets. */
class RtspLoginTest {
    private static final String DESCRIBE = "DESCRIBE rtsp://c/1 RTSP/1.0\r\nCSeq: 2\r\n\r\n";
    private static final String SETUP = "SETUP rtsp://c/1/t RTSP/1.0\r\nCSeq: 3\r\n\r\n";

    private final ByteArrayOutputStream sent = new ByteArrayOutputStream();
    private final RtspLogin login = new RtspLogin(Optional.of(new Credentials("admin", "pw")), sent);

    @Test
    void aRefusedRequestIsRepeatedWithTheAuthorization() throws IOException {
        login.forward(unit(DESCRIBE));
        assertThat(sent()).isEqualTo(DESCRIBE);

        assertThat(login.isForClient(refusal(2, "nonce=\"a\""))).isFalse();
        assertThat(sent())
                .startsWith(
                        "DESCRIBE rtsp://c/1 RTSP/1.0\r\nAuthorization: Digest username=\"admin\", realm=\"r\", nonce=\"a\"")
                .contains("uri=\"rtsp://c/1\"")
                .endsWith("\r\nCSeq: 2\r\n\r\n")
                .doesNotContain("pw");
        assertThat(login.isForClient(unit("RTSP/1.0 200 OK\r\nCSeq: 2\r\n\r\n")))
                .isTrue();
        assertThat(sent()).isEmpty();
    }

    @Test
    void laterRequestsAreAuthorizedAtOnceAndCountTheNonce() throws IOException {
        login.forward(unit(DESCRIBE));
        login.isForClient(refusal(2, "nonce=\"a\", qop=\"auth\""));
        assertThat(sent()).contains("nc=00000001");

        login.forward(unit(SETUP));

        assertThat(sent()).contains("Authorization: Digest ", "uri=\"rtsp://c/1/t\"", "nc=00000002");
    }

    @Test
    void aWrongPasswordIsSentOnceAndTheRefusalIsForwarded() throws IOException {
        login.forward(unit(DESCRIBE));
        assertThat(login.isForClient(refusal(2, "nonce=\"a\""))).isFalse();
        sent();

        assertThat(login.isForClient(refusal(2, "nonce=\"b\""))).isTrue();
        assertThat(sent()).isEmpty();
    }

    @Test
    void aStaleNonceIsReplacedOnce() throws IOException {
        login.forward(unit(DESCRIBE));
        login.isForClient(refusal(2, "nonce=\"a\""));
        assertThat(login.isForClient(refusal(2, "nonce=\"b\", stale=true"))).isFalse();
        assertThat(sent()).contains("nonce=\"b\"");
        assertThat(login.isForClient(refusal(2, "nonce=\"c\", stale=true"))).isTrue();

        login.forward(unit(SETUP));
        assertThat(login.isForClient(refusal(3, "nonce=\"d\", stale=true"))).isFalse();
        assertThat(sent()).contains("nonce=\"d\"");
    }

    @Test
    void otherResponsesAreForwarded() throws IOException {
        assertThat(login.isForClient(refusal(9, "nonce=\"a\""))).isTrue();
        login.forward(unit(DESCRIBE));
        assertThat(login.isForClient(unit("RTSP/1.0 401 Unauthorized\r\nCSeq: 2\r\n\r\n")))
                .isTrue();
        assertThat(login.isForClient(unit("OPTIONS * RTSP/1.0\r\nCSeq: 1\r\n\r\n")))
                .isTrue();
        assertThat(login.isForClient(unit("$\1\0\2xx"))).isTrue();
    }

    @Test
    void aRefusalWithoutCseqBelongsToTheOldestRequest() throws IOException {
        login.forward(unit(DESCRIBE));
        login.forward(unit(SETUP));
        sent();

        assertThat(login.isForClient(unit("RTSP/1.0 401 No\r\nWWW-Authenticate: Basic realm=\"r\"\r\n\r\n")))
                .isFalse();
        assertThat(sent()).startsWith("DESCRIBE ").contains("Authorization: Basic YWRtaW46cHc=\r\n");
    }

    @Test
    void packetsAndResponsesOfTheClientAreForwardedUnchanged() throws IOException {
        String passing = "$\0\0\3a\r\n" + "RTSP/1.0 200 OK\r\nCSeq: 1\r\n\r\n"
                + "GET_PARAMETER * RTSP/1.0\nCSeq: 4\nContent-length: 2\n\n$$";
        for (Unit unit : units(passing)) {
            login.forward(unit);
        }

        assertThat(sent()).isEqualTo(passing);
    }

    @Test
    void emptyLinesBetweenMessagesAreSkipped() throws IOException {
        assertThat(units("\r\n\nOPTIONS * RTSP/1.0\r\n\r\n\r\n"))
                .singleElement()
                .satisfies(unit -> assertThat(new String(unit.bytes(), StandardCharsets.ISO_8859_1))
                        .isEqualTo("OPTIONS * RTSP/1.0\r\n\r\n"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"RTSP/1.0 200", "RTSP/1.0 200 OK\nContent-Length: 5\n\n1234", "$\0\0\4abc", "$\0"})
    void truncatedMessagesEndTheConnection(String text) {
        assertThatExceptionOfType(EOFException.class).isThrownBy(() -> units(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "x", "1048577", "99999999999", "1 2"})
    void anInvalidContentLengthEndsTheConnection(String length) {
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> units("RTSP/1.0 200 OK\nContent-Length: " + length + "\n\n"))
                .withMessageContaining("0 to 1048576");
    }

    @Test
    void theLengthOfAHeadIsBounded() {
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> units("x".repeat(RtspReader.MAX_HEAD + 1)))
                .withMessageContaining("65536");
    }

    private static Unit refusal(int number, String parameters) throws IOException {
        return unit("RTSP/1.0 401 Unauthorized\r\nCSeq: " + number + "\r\nwww-authenticate: Digest realm=\"r\", "
                + parameters + "\r\nContent-Length: 2\r\n\r\nno");
    }

    private static Unit unit(String text) throws IOException {
        return units(text).getFirst();
    }

    private static List<Unit> units(String text) throws IOException {
        RtspReader reader = new RtspReader(new ByteArrayInputStream(RtspReader.bytes(text)));
        List<Unit> units = new ArrayList<>();
        for (Optional<Unit> unit = reader.next(); unit.isPresent(); unit = reader.next()) {
            units.add(unit.get());
        }
        return units;
    }

    private String sent() {
        String text = sent.toString(StandardCharsets.ISO_8859_1);
        sent.reset();
        return text;
    }
}
