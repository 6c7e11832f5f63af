package io.xg2g.http;

import io.vertx.core.http.HttpHeaders;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Check for requests that a proxy in front of the service may have parsed differently (request smuggling): with several
 * {@code Host} headers (RFC 9112, section 3.2), or with a {@code Transfer-Encoding} other than a single
 * {@code chunked}, or beside a {@code Content-Length} (section 6.1). {@link StrictRequestDecoder} applies it to HTTP/1,
 * {@link RequestHeadFilter} to HTTP/2.
 */
final class RequestFraming {
    private RequestFraming() {}

    /**
     * Returns what is ambiguous in a head; {@code null} if nothing is.
     *
     * @param headers returns the values of a header
     */
    static @Nullable String fault(Function<CharSequence, List<String>> headers) {
        if (headers.apply(HttpHeaders.HOST).size() > 1) {
            return "the request has several Host headers";
        }
        List<String> encodings = headers.apply(HttpHeaders.TRANSFER_ENCODING);
        if (encodings.isEmpty()) {
            return null;
        }
        if (encodings.size() > 1 || !encodings.getFirst().strip().equalsIgnoreCase("chunked")) {
            return "Transfer-Encoding is not a single chunked";
        }
        return headers.apply(HttpHeaders.CONTENT_LENGTH).isEmpty()
                ? null
                : "the request has both Transfer-Encoding and Content-Length";
    }
}
