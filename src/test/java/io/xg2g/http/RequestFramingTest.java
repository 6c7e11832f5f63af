package io.xg2g.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpRequest;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerOptions;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestFramingTest {
    @Test
    void severalHostHeadersAreRefused() {
        MultiMap headers = MultiMap.caseInsensitiveMultiMap().add("Host", "a");
        assertThat(fault(headers)).isNull();
        assertThat(fault(headers.add("host", "a"))).contains("Host");
    }

    @ParameterizedTest
    @ValueSource(strings = {"chunked, identity", "identity", "gzip, chunked", "chunked,chunked", "xchunked", ""})
    void everyTransferEncodingButChunkedIsRefused(String encoding) {
        MultiMap headers = MultiMap.caseInsensitiveMultiMap().add("Transfer-Encoding", encoding);
        assertThat(fault(headers)).contains("Transfer-Encoding");
    }

    @Test
    void chunkedAloneIsAccepted() {
        MultiMap headers = MultiMap.caseInsensitiveMultiMap().add("Transfer-Encoding", "Chunked");
        assertThat(fault(headers)).isNull();
        assertThat(fault(headers.add("Content-Length", "3"))).isNotNull();
        headers.remove("Content-Length");
        assertThat(fault(headers.add("Transfer-Encoding", "chunked"))).isNotNull();
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

    @Test
    void nothingBehindARefusedHeadIsDecoded() {
        for (String headers : new String[] {
            "Transfer-Encoding: chunked, identity\r\n",
            "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n",
            "Host: b\r\n",
            "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"
        }) {
            EmbeddedChannel channel = new EmbeddedChannel(new StrictRequestDecoder(new HttpServerOptions()));
            String requests =
                    "POST / HTTP/1.1\r\nHost: a\r\n" + headers + "\r\n0\r\n\r\nDELETE / HTTP/1.1\r\nHost: a\r\n\r\n";
            channel.writeInbound(Unpooled.copiedBuffer(requests, StandardCharsets.US_ASCII));
            channel.writeInbound(Unpooled.copiedBuffer("GET / HTTP/1.1\r\nHost: a\r\n\r\n", StandardCharsets.US_ASCII));

            HttpRequest first = channel.readInbound();
            assertThat(first.decoderResult().isFailure()).as(headers).isTrue();
            Object next = channel.readInbound();
            assertThat(next).as(headers).isNull();
            channel.finishAndReleaseAll();
        }
    }

    private static @Nullable String fault(MultiMap headers) {
        return RequestFraming.fault(name -> headers.getAll(name));
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
