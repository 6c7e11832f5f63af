package io.xg2g.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.impl.VertxHttpRequestDecoder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * HTTP/1 decoder that rejects requests with ambiguous {@linkplain RequestFraming framing}: such a request is answered
 * with 400, its connection is closed, and nothing behind its head is decoded. Only a decoder can detect a
 * {@code Content-Length} beside a {@code Transfer-Encoding}, because the decoder of Netty removes it.
 */
final class StrictRequestDecoder extends VertxHttpRequestDecoder {
    /** Name of the decoder in the pipeline of Vert.x. */
    static final String NAME = "httpDecoder";

    private boolean refused;

    StrictRequestDecoder(HttpServerOptions options) {
        super(options);
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) throws Exception {
        if (refused) {
            in.skipBytes(in.readableBytes());
            return;
        }
        int before = out.size();
        super.decode(context, in, out);
        for (int i = before; i < out.size() && !refused; i++) {
            if (out.get(i) instanceof HttpRequest request) {
                check(request);
                dropAfter(i, out);
            }
        }
    }

    private void check(HttpRequest request) {
        @Nullable String fault = RequestFraming.fault(request.headers()::getAll);
        if (fault != null && request.decoderResult().isSuccess()) {
            request.setDecoderResult(DecoderResult.failure(new IllegalArgumentException(fault)));
        }
        refused = request.decoderResult().isFailure();
    }

    private void dropAfter(int last, List<Object> out) {
        while (refused && out.size() > last + 1) {
            ReferenceCountUtil.release(out.removeLast());
        }
    }

    @Override
    protected boolean isContentAlwaysEmpty(HttpMessage message) {
        // As in Vert.x, which compares the class of the message with one of its own.
        return false;
    }

    @Override
    protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
        throw new IllegalArgumentException("Transfer-Encoding and Content-Length in one request");
    }
}
