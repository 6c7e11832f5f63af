package io.xg2g.source;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import java.util.zip.InflaterInputStream;

/** Decoder of content encodings (RFC 9110, section 8.4) in bounded memory: some servers compress unasked. */
final class ContentDecoder {
    private static final int BUFFER = 8 * 1024;

    private ContentDecoder() {}

    /**
     * Returns a response with its body decoded, and without the headers that describe the encoded one. Blocks on the first
     * bytes of the body.
     *
     * @throws IOException if the encoding is not supported, or the body does not have it; the body is closed
     */
    static SourceResponse decoded(SourceResponse response) throws IOException {
        String encoding = response.headers().get(HttpHeaders.CONTENT_ENCODING);
        String name = encoding == null ? "identity" : encoding.strip().toLowerCase(Locale.ROOT);
        // The part of an encoded body that a range selects cannot be decoded.
        if (name.isEmpty() || name.equals("identity") || response.status() == 206) {
            return response;
        }
        boolean opened = false;
        try {
            InputStream body = body(name, response.body());
            MultiMap headers = MultiMap.caseInsensitiveMultiMap().addAll(response.headers());
            headers.remove(HttpHeaders.CONTENT_ENCODING).remove(HttpHeaders.CONTENT_LENGTH);
            headers.remove(HttpHeaders.ACCEPT_RANGES);
            opened = true;
            return new SourceResponse(response.address(), response.status(), headers, body);
        } finally {
            if (!opened) {
                response.body().close();
            }
        }
    }

    private static InputStream body(String encoding, InputStream body) throws IOException {
        InputStream decoded = switch (encoding) {
            case "gzip", "x-gzip" -> new GZIPInputStream(body, BUFFER);
            case "deflate" -> new InflaterInputStream(body);
            default ->
                throw new IOException("the response has the content encoding «"
                        + encoding.replaceAll("[^a-z0-9, -]", "?") + "»; supported are gzip and deflate");
        };
        return new FilterInputStream(decoded) {
            // Leaves the decoder open, which another thread may be reading from.
            @Override
            public void close() throws IOException {
                body.close();
            }
        };
    }
}
