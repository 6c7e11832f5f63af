package io.xg2g.forward;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.MultiMap;
import io.xg2g.http.ForwardedRequests.Client;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ForwardHeadersTest {

    @Test
    void headersOfTheConnectionAndOfGatewaysAreNotForwarded() {
        MultiMap client = MultiMap.caseInsensitiveMultiMap()
                .add("Authorization", "Bearer secret")
                .add("X-Forwarded-For", "192.0.2.1")
                .add("X-Forwarded-For", "192.0.2.2")
                .add("Connection", "close, X-Hop")
                .add("connection", "Upgrade")
                .add("X-Hop", "1")
                .add("Upgrade", "websocket")
                .add("TE", "trailers")
                .add("Transfer-Encoding", "chunked")
                .add("Proxy-Authorization", "Basic x")
                .add("Expect", "100-continue")
                .add("Host", "tv.example.org")
                .add("xg2g-signature", "a 1 00")
                .add("XG2G-Forwarded", "127.0.0.1 https");
        MultiMap forwarded = MultiMap.caseInsensitiveMultiMap();

        ForwardHeaders.addRequest(client, forwarded);

        assertThat(forwarded.names()).containsExactlyInAnyOrder("Authorization", "X-Forwarded-For");
        assertThat(forwarded.getAll("X-Forwarded-For")).containsExactly("192.0.2.1", "192.0.2.2");
    }

    @Test
    void headersOfTheOwnersResponseReplaceThoseOfTheGateway() {
        MultiMap client = MultiMap.caseInsensitiveMultiMap()
                .add("X-Content-Type-Options", "nosniff")
                .add("Vary", "Origin");
        MultiMap owner = MultiMap.caseInsensitiveMultiMap()
                .add("x-content-type-options", "nosniff")
                .add("Vary", "Origin")
                .add("Vary", "Accept")
                .add("Connection", "close")
                .add("Transfer-Encoding", "chunked");

        ForwardHeaders.setResponse(owner, client);

        assertThat(client.getAll("X-Content-Type-Options")).containsExactly("nosniff");
        assertThat(client.getAll("Vary")).containsExactly("Origin", "Accept");
        assertThat(client.names()).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource({
        "192.0.2.1, true, 192.0.2.1 https",
        "2001:db8::1, false, 2001:db8::1 http",
        "fe80::1%eth0, false, fe80::1 http",
        ", false, - http"
    })
    void theClientIsFormattedAndRead(String address, boolean encrypted, String text) {
        assertThat(ForwardHeaders.format(new Client(address, encrypted))).isEqualTo(text);
        assertThat(ForwardHeaders.parse(text))
                .contains(new Client(address == null ? null : address.replaceAll("%.*", ""), encrypted));
    }

    @Test
    void whatANewerReleaseAddsIsIgnored() {
        assertThat(ForwardHeaders.parse("192.0.2.1 https more")).contains(new Client("192.0.2.1", true));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "192.0.2.1", "192.0.2.1 ftp", "localhost http", "192.0.2.1 httpx", "192.0.2.1  http"})
    void anythingElseIsRefused(String text) {
        assertThat(ForwardHeaders.parse(text)).isEmpty();
    }
}
