package io.xg2g.http;

import io.netty.handler.codec.http.HttpMessage;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.impl.VertxHttpRequestDecoder;

/**
 * Decoder of HTTP/1 requests that refuses a request with both {@code Transfer-Encoding} and {@code Content-Length} (RFC 9112,
 * section 6.1), upon which it is answered with 400 and its connection closed. Netty's removes the second of them, so that
 * nobody behind it sees that a proxy may have read another body than the program does. What else is ambiguous of a head,
 * {@link RequestFraming} sees.
 */
final class StrictRequestDecoder extends VertxHttpRequestDecoder {
    /** The name under which Vert.x has its decoder. */
    static final String NAME = "httpDecoder";

    StrictRequestDecoder(HttpServerOptions options) {
        super(options);
    }

    @Override
    protected boolean isContentAlwaysEmpty(HttpMessage message) {
        // As in Vert.x, but for any class: it compares that of the message with its own.
        return false;
    }

    @Override
    protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
        throw new IllegalArgumentException("Transfer-Encoding and Content-Length in one request");
    }
}
