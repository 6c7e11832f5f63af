package io.xg2g.source;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.io.InputStream;
import java.net.URI;

/**
 * Response of a source; its body has to be closed.
 *
 * @param address final URL, after redirects
 * @param body blocking stream; a read ends with an exception when it is closed, and after the timeout of the request
 */
public record SourceResponse(URI address, int status, MultiMap headers, InputStream body) {
    /** Digits of the largest length that is believed: servers announce enormous ones for live streams. */
    private static final String LENGTH = "\\d{1,12}";

    /** Returns whether the body is that of a file: the server has announced its length, which is less than a terabyte. */
    public boolean isLengthKnown() {
        return length() >= 0;
    }

    /** Returns the length of the body that the server has announced; -1 if there is none that is believed. */
    public long length() {
        String length = headers.get(HttpHeaders.CONTENT_LENGTH);
        return length != null && length.matches(LENGTH) ? Long.parseLong(length) : -1;
    }
}
