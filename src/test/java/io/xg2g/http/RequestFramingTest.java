package io.xg2g.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpRequest;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerOptions;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestFramingTest {
    @Test
    void severalHostsAreAFault() {
        MultiMap headers = MultiMap.caseInsensitiveMultiMap().add("Host", "a");
        assertThat(RequestFraming.fault(headers)).isNull();
        assertThat(RequestFraming.fault(headers.add("host", "a"))).contains("Host");
    }

    @ParameterizedTest
    @ValueSource(strings = {"chunked, identity", "identity", "gzip, chunked", "chunked,chunked", "xchunked", ""})
    void everyTransferEncodingButChunkedIsAFault(String encoding) {
        MultiMap headers = MultiMap.caseInsensitiveMultiMap().add("Transfer-Encoding", encoding);
        assertThat(RequestFraming.fault(headers)).contains("Transfer-Encoding");
    }

    @Test
    void chunkedAloneIsNone() {
        MultiMap headers = MultiMap.caseInsensitiveMultiMap().add("Transfer-Encoding", "Chunked");
        assertThat(RequestFraming.fault(headers)).isNull();
        assertThat(RequestFraming.fault(headers.add("Content-Length", "3"))).isNotNull();
        headers.remove("Content-Length");
        assertThat(RequestFraming.fault(headers.add("Transfer-Encoding", "chunked")))
                .isNotNull();
    }

    @Test
    void twoLengthsOfABodyAreNotDecoded() {
        assertThat(decoded("Content-Length: 3\r\nTransfer-Encoding: chunked\r\n")
                        .decoderResult()
                        .isFailure())
                .isTrue();
        assertThat(decoded("Transfer-Encoding: chunked\r\nContent-Length: 3\r\n")
                        .decoderResult()
                        .isFailure())
                .isTrue();
        assertThat(decoded("Transfer-Encoding: chunked\r\n").decoderResult().isSuccess())
                .isTrue();
        assertThat(decoded("Content-Length: 3\r\n").decoderResult().isSuccess()).isTrue();
    }

    private static HttpRequest decoded(String headers) {
        EmbeddedChannel channel = new EmbeddedChannel(new StrictRequestDecoder(new HttpServerOptions()));
        String head = "POST / HTTP/1.1\r\nHost: a\r\n" + headers + "\r\n";
        channel.writeInbound(Unpooled.copiedBuffer(head, StandardCharsets.US_ASCII));
        HttpRequest request = channel.readInbound();
        channel.finishAndReleaseAll();
        return request;
    }
}
